import type { SerialRange, Ticket } from '@box-office/contract';
import type { CancelCall, HoldCall, ReadCall, Unsuccessful, PurchaseReply, ReleaseCall } from '../../checker/calls.js';
import { refusalDetails } from '../../checker/invariants/outcomes.js';

/** An HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Body;
}

/** The members of answers that are read here. */
interface Body {
  readonly status?: string | number;
  readonly type?: string;
  readonly transactionId?: string;
  readonly cancellationId?: string;
  readonly tickets?: readonly Ticket[];
  readonly items?: readonly SerialRange[];
  readonly amountMinor?: number;
  readonly refundedMinor?: number;
  readonly currency?: string;
  readonly nextAction?: { readonly url?: string };
}

/** Problems that are an outcome: the buyer permanently has no tickets under this key. */
const NO_TICKETS = [
  'payment-declined',
  'payment-not-captured',
  'sold-out',
  'not-enough-left',
  'not-on-sale',
  'over-buyer-limit',
  'hold-used',
  'price-changed',
  'purchase-cancelled',
  'purchase-undone',
];
const NOTHING_CANCELLED = ['nothing-to-cancel', 'cancellation-too-late', 'unknown-purchase'];
const NOT_RELEASED = ['hold-used', 'unknown-hold'];

export function answerToPurchase({ status, body }: HttpAnswer): PurchaseReply {
  if (status !== 201) return unsuccessful(status, body, NO_TICKETS);
  const { transactionId = '', tickets = [], amountMinor = 0, currency = '' } = body;
  return { kind: 'ok', status, transactionId, tickets, amountMinor, currency };
}

export function answerToRead({ status, body }: HttpAnswer): ReadCall['answer'] {
  if (status !== 200) return unsuccessful(status, body, []);
  if (body.status === 'confirmed' || body.status === 'cancelling' || body.status === 'cancelled') {
    return { kind: 'ok', status, tickets: body.tickets ?? [] };
  }
  if (body.status === 'open') return { kind: 'open', status };
  return { kind: 'refused', status, problem: String(body.status), details: '' };
}

export function answerToCancel({ status, body }: HttpAnswer): CancelCall['answer'] {
  if (status !== 200) return unsuccessful(status, body, NOTHING_CANCELLED);
  const { cancellationId = '', tickets = [], refundedMinor = 0 } = body;
  return { kind: 'ok', status, cancellationId, tickets, refundedMinor };
}

export function answerToHold({ status, body }: HttpAnswer): HoldCall['answer'] {
  if (status !== 201) return unsuccessful(status, body, NO_TICKETS);
  return { kind: 'ok', status, items: body.items ?? [] };
}

export function answerToRelease({ status, body }: HttpAnswer): ReleaseCall['answer'] {
  if (status !== 200) return unsuccessful(status, body, NOT_RELEASED);
  return { kind: 'ok', status, ended: String(body.status) };
}

/** True for an answer after which a buyer has no reason to repeat the request. */
export const isFinal = (answer: { readonly kind: string }): boolean =>
  answer.kind === 'ok' || answer.kind === 'refused' || answer.kind === 'key_reused';

function unsuccessful(status: number, body: Body, final: readonly string[]): Unsuccessful {
  if (status === 202) {
    const actionUrl = body.nextAction?.url;
    return { kind: 'open', status, ...(actionUrl !== undefined && { actionUrl }) };
  }
  const problem = body.type?.split('/').at(-1) ?? '';
  if (problem === 'idempotency-key-reused') return { kind: 'key_reused', status };
  if (final.includes(problem)) return { kind: 'refused', status, problem, details: refusalDetails(body) };
  return { kind: 'unknown', status, cause: problem === '' ? `HTTP ${status}` : problem };
}

/** A body that is not a JSON object has no members. */
export function bodyOf(text: string): Body {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
