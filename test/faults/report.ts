import { callsTo, type Call } from '../checker/calls.js';
import { describeViolation, INVARIANTS } from '../checker/violation.js';
import type { RunResult } from './run.js';

const MOST_VIOLATIONS = 30;
const MOST_OUTAGES = 8;
const ACTS = ['buy', 'look', 'cancel', 'hold', 'release'] as const;

/** The result of one run as a table for people, with what is wrong. */
export function describeRun(run: RunResult): string {
  const notes = run.verdict.kind === 'unknown' ? [] : run.verdict.notes.map((note): Row => ['note', note]);
  return [table([...rowsOf([run]), ...notes, ['verdict', run.verdict.kind]]), ...findings(run)].join('\n');
}

/** What several runs come to together, as one table. */
export function describeRuns(runs: readonly RunResult[]): string {
  return table([...rowsOf(runs), ['verdicts', counted(runs.map(({ verdict }) => verdict.kind))]]);
}

type Row = readonly [name: string, value: string];

function rowsOf(runs: readonly RunResult[]): Row[] {
  const calls = runs.flatMap((run) => run.calls);
  const faults = runs.flatMap((run) => run.faults);
  const keys = new Set(callsTo(calls, 'buy').map(({ purchaseId }) => purchaseId));
  const sold = runs.flatMap(({ verdict }) =>
    verdict.kind === 'unknown' ? [] : verdict.stores.tickets.filter(({ status }) => status === 'valid'),
  );
  return [
    ['seed', runs.map(({ seed }) => seed).join(', ')],
    ['purchases', `${keys.size}; ${sold.length} tickets sold in the end`],
    ['requests', `${calls.length}: ${counted(calls.map(({ act }) => act))}`],
    ...ACTS.map((act): Row => [`answers to ${act}`, counted(callsTo(calls, act).map(answerInWords))]),
    ['unknown', counted(calls.flatMap(({ answer }) => (answer.kind === 'unknown' ? [answer.cause] : [])))],
    ['faults', `${faults.length}: ${counted(faults.map(({ kind }) => kind))}`],
    ['not begun', counted(faults.flatMap(({ kind, failure }) => (failure === undefined ? [] : [kind])))],
    ['payment troubles', counted(troubles(calls))],
    ['longest without a sale', longestOutages(runs)],
    ['from the last fault to rest', runs.length === 1 ? runs.map(restOf).join() : `at most ${longestRest(runs)}`],
  ];
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

const restOf = ({ restAfterMs }: RunResult): string => (restAfterMs === null ? 'never' : seconds(restAfterMs));

function longestRest(runs: readonly RunResult[]): string {
  if (runs.some(({ restAfterMs }) => restAfterMs === null)) return 'never';
  return seconds(Math.max(...runs.map(({ restAfterMs }) => restAfterMs ?? 0)));
}

function findings({ verdict, kept }: RunResult): string[] {
  if (verdict.kind === 'holds') return [];
  const lines = verdict.kind === 'unknown' ? verdict.causes : verdict.violations.map(describeViolation);
  const broken = verdict.kind === 'unknown' ? [] : new Set(verdict.violations.map(({ invariant }) => invariant));
  const more = lines.length > MOST_VIOLATIONS ? [`  … and ${lines.length - MOST_VIOLATIONS} more`] : [];
  return [
    ...[...broken].sort().map((invariant) => `  invariant ${invariant} does not hold: ${INVARIANTS[invariant]}`),
    ...lines.slice(0, MOST_VIOLATIONS).map((line) => `  ✗ ${line}`),
    ...more,
    `  stores, logs and run.jsonl: ${kept ?? ''}`,
  ];
}

/** What a buyer was told; of the unknown, only whether there was an answer. */
function answerInWords({ answer }: Call): string {
  if (answer.kind === 'refused') return answer.problem;
  return answer.kind === 'unknown' && answer.status === null ? 'no answer' : answer.kind.replaceAll('_', ' ');
}

/** Each value with how often it occurs, most frequent first. */
function counted(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([value, count]) => `${value} ${count}`);
  return parts.length === 0 ? 'none' : parts.join(' · ');
}

/** What the payment provider was made to do wrong, once per purchase. */
function troubles(calls: readonly Call[]): string[] {
  const methods = new Map(callsTo(calls, 'buy').map((call) => [call.purchaseId, call.paymentMethod]));
  return [...methods.values()]
    .map((method) => (method ?? 'none').replace(/^pm_/, '').replace(/\+approve$/, ''))
    .filter((method) => method !== 'approve');
}

/** From the beginning of a fault to the next sale that a buyer asked for after it, the longest of each kind. */
function longestOutages(runs: readonly RunResult[]): string {
  const longest = new Map<string, number>();
  for (const { faults, calls } of runs) {
    const sales = callsTo(calls, 'buy')
      .filter(({ answer }) => answer.kind === 'ok')
      .sort((a, b) => a.answeredAtMs - b.answeredAtMs);
    for (const { kind, begunAtMs, together } of faults) {
      if (together) continue;
      const next = sales.find(({ invokedAtMs }) => invokedAtMs >= begunAtMs);
      if (next) longest.set(kind, Math.max(longest.get(kind) ?? 0, next.answeredAtMs - begunAtMs));
    }
  }
  const worst = [...longest].sort(([, a], [, b]) => b - a).slice(0, MOST_OUTAGES);
  return worst.length === 0 ? 'none' : worst.map(([kind, ms]) => `${kind} ${seconds(ms)}`).join(' · ');
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
