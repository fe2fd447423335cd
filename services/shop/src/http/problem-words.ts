import type { Problem } from '@box-office/web';
import type { Words } from '../texts/languages.js';

/** A problem of the gateway in words for buyers: what happened, and what it means for money and tickets. */
export function problemWords({ t }: Pick<Words, 't'>, problem: Problem): { title: string; text: string } {
  const { problems } = t;
  const { available } = problem;
  const kind = Object.hasOwn(problems, problem.kind) ? (problem.kind as keyof typeof problems) : 'other';
  const [title = '', text = ''] = problems[kind];
  const left = available !== undefined && available > 0 && t.left(available);
  const again = kind === 'rate-limited' && t.tryAgainIn(problem.retryAfterS);
  return { title, text: [text, left, again].filter((part) => part !== false).join(' ') };
}
