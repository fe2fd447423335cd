import { DECLINE_REASONS } from '@box-office/contract';
import type { Problem } from '@box-office/web';
import type { Words } from '../texts/languages.js';

export interface ProblemText {
  readonly title: string;
  readonly text: string;
}

/** A problem of the gateway in words for buyers: what happened, and what it means for money and tickets. */
export function problemWords({ t, f }: Words, problem: Problem): ProblemText {
  const { problems } = t;
  const { available, maximumMinor, currency } = problem;
  const kind = Object.hasOwn(problems, problem.kind) ? (problem.kind as keyof typeof problems) : 'other';
  const [title = '', text = ''] = problems[kind];
  const left = available !== undefined && available > 0 && t.left(available);
  const most = maximumMinor !== undefined && currency !== undefined && t.payableAtOnce(f.money(maximumMinor, currency));
  const again = kind === 'rate-limited' && t.tryAgainIn(problem.retryAfterS);
  return { title, text: [text, left, most, again].filter((part) => part !== false).join(' ') };
}

/** Why a payment was declined, and what the buyer can do; empty for every other problem. */
export function declineWords({ t }: Words, { kind, reason }: Pick<Problem, 'kind' | 'reason'>): string {
  if (kind !== 'payment-declined') return '';
  return t.checkout.declines[DECLINE_REASONS.find((known) => known === reason) ?? 'card_declined'];
}
