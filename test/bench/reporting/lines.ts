import { figure } from './table.js';

/** Share of the machine (0 to 1) that other processes may use before a line reports it. */
const TOLERABLE = 0.1;

/** One line with the figures of a step that has ended. */
export function oneLine(name: string, result: object, othersShare: number): string {
  const parts = [...figuresOf(result), ...nested(result)];
  if (othersShare > TOLERABLE) parts.push(`others used ${figure(othersShare * 100)} % of the machine`);
  return `  ${name.padEnd(24)} ${parts.join('; ')}`;
}

function figuresOf(result: object): string[] {
  const of = (key: string): number | undefined => {
    const value: unknown = Reflect.get(result, key);
    return typeof value === 'number' ? value : undefined;
  };
  const parts: string[] = [];
  const perSecond = of('perSecond');
  if (perSecond !== undefined) parts.push(`${figure(perSecond)}/s`);
  if (of('p50Ms') !== undefined) {
    parts.push(`p50 ${figure(of('p50Ms'))}, p90 ${figure(of('p90Ms'))}, p99 ${figure(of('p99Ms'))} ms`);
  }
  const lastOverFirst = of('lastOverFirst');
  if (lastOverFirst !== undefined) parts.push(`CPU of the last part ${figure(lastOverFirst)} × the first`);
  if (of('confirmed') !== undefined) parts.push(`${of('confirmed')} sold, counts exact`);
  const others: unknown = Reflect.get(result, 'otherAnswers');
  if (others !== undefined)
    parts.push(`other answers: ${JSON.stringify(others)} ${String(Reflect.get(result, 'oddAnswer') ?? '')}`);
  return parts;
}

const NESTED_RESULTS = [
  'single',
  'batched',
  'mixed',
  'quick',
  'slow',
  'beside',
  'alone',
  'withSoldOutLoad',
  'soldOutLoad',
  'firstByte',
];

function nested(result: object): string[] {
  return NESTED_RESULTS.flatMap((key) => {
    const part: unknown = Reflect.get(result, key);
    if (typeof part !== 'object' || part === null) return [];
    return [...figuresOf(part).slice(0, 2), ...nested(part)].map((text, i) => (i === 0 ? `${key}: ${text}` : text));
  });
}
