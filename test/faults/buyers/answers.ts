import type { Ticket } from '@box-office/contract';
import type { Answer } from '../../checker/calls.js';
import { refusalDetails } from '../../checker/invariants/outcomes.js';

/** Problems that are an outcome: the buyer has no tickets under this key, now and for ever. */
const FINAL: ReadonlySet<string> = new Set([
  'payment-declined',
  'payment-not-captured',
  'sold-out',
  'not-enough-left',
  'not-on-sale',
  'over-buyer-limit',
  'purchase-cancelled',
  'purchase-undone',
]);

interface Body {
  readonly status?: string | number;
  readonly type?: string;
  readonly transactionId?: string;
  readonly tickets?: readonly Ticket[];
  readonly amountMinor?: number;
  readonly currency?: string;
  readonly problem?: Body;
}

/** What the answer to a purchase request promises. */
export function answerToPurchase(status: number, text: string): Answer {
  const body = bodyOf(text);
  if (status === 201) return soldAnswer(status, body);
  if (status === 202) return { kind: 'open', status };
  return problemAnswer(status, body);
}

/** What a look at a purchase promises: the same as an answer to its request. */
export function answerToLook(status: number, text: string): Answer {
  const body = bodyOf(text);
  if (status !== 200) return problemAnswer(status, body);
  if (body.status === 'confirmed') return soldAnswer(status, body);
  if (body.status === 'open') return { kind: 'open', status };
  return body.problem === undefined
    ? { kind: 'unknown', status, cause: `purchase is ${body.status ?? 'without status'}` }
    : problemAnswer(status, body.problem);
}

/** True for an answer after which a buyer has no reason to ask again. */
export const isFinal = (answer: Answer): boolean =>
  answer.kind === 'ok' || answer.kind === 'refused' || answer.kind === 'key_reused';

function soldAnswer(status: number, body: Body): Answer {
  const { transactionId = '', tickets = [], amountMinor = 0, currency = '' } = body;
  return { kind: 'ok', status, transactionId, tickets, amountMinor, currency };
}

function problemAnswer(status: number, body: Body): Answer {
  const problem = body.type?.split('/').at(-1) ?? '';
  if (problem === 'idempotency-key-reused') return { kind: 'key_reused', status };
  if (FINAL.has(problem)) return { kind: 'refused', status, problem, details: refusalDetails(body) };
  return { kind: 'unknown', status, cause: problem === '' ? `HTTP ${status}` : problem };
}

function bodyOf(text: string): Body {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
