import { unknownState, type NextAction, type PurchaseOutcome, type PurchaseRefusal } from '@box-office/contract';
import type { AmountTooLarge } from '../availability/pre-check.js';
import { answer, answerProblem } from '../http/answer.js';
import type { GatewayContext } from '../http/context.js';
import { PROBLEMS, problem, rateLimited, unavailable, type Problem, type ProblemType } from '../http/problems.js';
import { REPLAYED } from '../idempotency/idempotency-key.js';
import type { PurchaseReply } from './purchase-request.js';

/** The address of a purchase. */
const purchaseUrl = (purchaseId: string): string => `/api/purchases/${purchaseId}`;

const RETRY_OPEN_S = 2;
const RETRY_IN_USE_S = 1;

/**
 * The one place that maps the result of a purchase request to HTTP. The body depends on the purchase and its
 * outcome alone, so a repeat gets the same body; the header `Idempotent-Replayed` marks it.
 */
export function answerPurchase(c: GatewayContext, purchaseId: string, reply: PurchaseReply): Response {
  switch (reply.kind) {
    case 'outcome':
      return answerOutcome(c, purchaseId, reply.outcome, reply.repeat ? REPLAYED : undefined);
    case 'open':
      return answerOpen(c, purchaseId, reply.repeat);
    case 'action_required':
      return answerOpen(c, purchaseId, reply.repeat, reply.nextAction);
    case 'key_reused':
      return answerProblem(c, problem('idempotency-key-reused'));
    case 'in_flight':
      return answerProblem(
        c,
        problem('purchase-in-flight', { purchaseId }, { 'Retry-After': String(reply.retryAfterS) }),
      );
    case 'hold_in_use':
      return answerProblem(c, holdInUse(reply.usedBy));
    case 'limited':
      return answerProblem(c, rateLimited(reply.detail, reply.retryAfterS));
    case 'unknown_event':
      return answerProblem(c, problem('unknown-event'));
    case 'amount_too_large':
      return answerProblem(c, amountTooLarge(reply));
    case 'unknown_ticket_type':
      return answerProblem(c, problem('unknown-ticket-type', { ticketType: reply.ticketType }));
    case 'unavailable':
      return answerProblem(c, unavailable(reply.detail, reply.retryAfterS));
  }
}

function answerOpen(c: GatewayContext, purchaseId: string, isRepeat: boolean, nextAction?: NextAction): Response {
  const statusUrl = purchaseUrl(purchaseId);
  return answer(
    c,
    202,
    { purchaseId, status: 'open', statusUrl, ...(nextAction && { nextAction }) },
    { Location: statusUrl, 'Retry-After': String(RETRY_OPEN_S), ...(isRepeat ? REPLAYED : undefined) },
  );
}

function answerOutcome(
  c: GatewayContext,
  purchaseId: string,
  outcome: PurchaseOutcome,
  headers: Readonly<Record<string, string>> | undefined,
): Response {
  if (outcome.kind === 'confirmed') {
    const { transactionId, tickets, amountMinor, currency } = outcome;
    const body = { purchaseId, status: 'confirmed', transactionId, tickets, amountMinor, currency };
    return answer(c, 201, body, { Location: purchaseUrl(purchaseId), ...headers });
  }
  const { type, members } = problemOf(outcome);
  return answerProblem(c, problem(type, { purchaseId, ...members }, headers));
}

/** Why a purchase with this outcome has no tickets. */
export function problemOf(outcome: Exclude<PurchaseOutcome, { kind: 'confirmed' }>): Problem {
  switch (outcome.kind) {
    case 'declined':
      return problem('payment-declined', { reason: outcome.reason });
    case 'undone':
      return problem(UNDONE[outcome.reason]);
    case 'refused':
      return outcome.holdLapsed ? withoutHold(refusalProblem(outcome)) : refusalProblem(outcome);
  }
}

/** A refusal that the hold would have prevented. */
function withoutHold({ type, members }: Problem): Problem {
  const [, , meaning] = PROBLEMS[type];
  return problem(type, { ...members, detail: `The hold had lapsed. ${meaning}`, holdLapsed: true });
}

const UNDONE: Readonly<Record<Extract<PurchaseOutcome, { kind: 'undone' }>['reason'], ProblemType>> = {
  capture_refused: 'payment-not-captured',
  cancelled: 'purchase-cancelled',
  operator: 'purchase-undone',
};

/** The hold may become active again: the same request may then succeed. */
export const holdInUse = (usedBy: string | null): Problem =>
  problem('hold-in-use', { purchaseId: usedBy }, { 'Retry-After': String(RETRY_IN_USE_S) });

/** Fewer tickets can be paid at once. */
export const amountTooLarge = ({ amountMinor, maximumMinor, currency }: AmountTooLarge): Problem =>
  problem('amount-too-large', { amountMinor, maximumMinor, currency });

/** Why a request for tickets was refused, of a purchase or of a hold. */
export function refusalProblem(refusal: PurchaseRefusal): Problem {
  switch (refusal.reason) {
    case 'unknown_event':
      return problem('unknown-event');
    case 'unknown_ticket_type':
      return problem('unknown-ticket-type', { ticketType: refusal.ticketType });
    case 'not_on_sale':
      return notOnSale(refusal);
    case 'sold_out':
      return problem('sold-out', { ticketType: refusal.ticketType, available: 0 });
    case 'not_enough_left':
      return problem('not-enough-left', { ticketType: refusal.ticketType, available: refusal.available });
    case 'over_buyer_limit':
      return problem('over-buyer-limit', { limit: refusal.limit, held: refusal.held });
    case 'hold_used':
      return problem('hold-used', { purchaseId: refusal.usedBy });
    case 'unknown_hold':
      return problem('unknown-hold');
    case 'price_changed':
      return problem('price-changed', { amountMinor: refusal.amountMinor, currency: refusal.currency });
    case 'payment_required':
      return problem('payment-required', { amountMinor: refusal.amountMinor, currency: refusal.currency });
  }
}

/** Says why the event is not on sale, and from when or until when it is or was. */
function notOnSale(refusal: Extract<PurchaseRefusal, { reason: 'not_on_sale' }>): Problem {
  switch (refusal.cause) {
    case undefined:
      return problem('not-on-sale');
    case 'closed':
      return problem('not-on-sale', { detail: 'The sale of this event is closed at present.', reason: refusal.cause });
    case 'cancelled':
      return problem('not-on-sale', { detail: 'The event is cancelled.', reason: refusal.cause });
    case 'not_started':
      return problem('not-on-sale', {
        detail: `The sale of this event starts at ${refusal.at}.`,
        reason: refusal.cause,
        from: refusal.at,
      });
    case 'ended':
      return problem('not-on-sale', {
        detail: `The sale of this event ended at ${refusal.at}.`,
        reason: refusal.cause,
        until: refusal.at,
      });
    default:
      return unknownState('the sale of an event', refusal);
  }
}
