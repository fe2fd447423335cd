import type { PurchaseOutcome } from '@box-office/contract';
import { callsTo, isSameRequest, type Call, type HoldCall, type PurchaseCall, type PurchaseReply } from '../calls.js';
import { formatSeats, type PurchaseRow, type Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';

type FinalAnswer = Extract<PurchaseReply, { kind: 'ok' | 'refused' }>;

/** Refusals that a gateway may give from Redis alone. They have no row, and are lost with Redis or after a day. */
const WITHOUT_WORKFLOW: ReadonlySet<string> = new Set(['sold-out', 'not-enough-left', 'not-on-sale']);

/**
 * Invariant 4: all answers to one key report one outcome, which is the one in PostgreSQL. Only a request with other
 * content is refused as a reuse of the key.
 */
export function checkOutcomes(
  stores: Stores,
  calls: readonly Call[],
  o: { readonly redisLostData: boolean },
): { readonly violations: Violation[]; readonly notes: string[] } {
  const rows = new Map(stores.purchases.map((purchase) => [purchase.purchaseId, purchase]));
  const violations = stores.purchases.flatMap(checkRow);
  let lost = 0;
  for (const [purchaseId, ofPurchase] of callsByPurchase(calls)) {
    const found = checkKey(purchaseId, ofPurchase, rows.get(purchaseId));
    const isTolerated = o.redisLostData && found.length > 0 && ofPurchase.some(isRefusedWithoutWorkflow);
    if (isTolerated) lost++;
    else violations.push(...found);
  }
  const notes = lost === 0 ? [] : [`${lost} refusals that only Redis had stored were lost with its data`];
  return { violations, notes };
}

/** The status of a row must agree with its outcome. */
function checkRow({ purchaseId, eventId, status, outcome }: PurchaseRow): Violation[] {
  const agrees =
    outcome === null || status === outcome.kind || (status === 'cancelled' && outcome.kind === 'confirmed');
  if (agrees) return [];
  const text = 'the status of the purchase contradicts its outcome';
  const fault = 'status_contradicts_outcome';
  return [{ invariant: 4, fault, eventId, purchaseId, expected: outcome.kind, found: status, text }];
}

function checkKey(purchaseId: string, calls: readonly PurchaseCall[], row: PurchaseRow | undefined): Violation[] {
  const where = { invariant: 4, purchaseId, ...(calls[0] ? { eventId: calls[0].eventId } : {}) } as const;
  const violations: Violation[] = [];
  const final = calls.flatMap((call) =>
    isFinal(call.answer) ? [{ call, answered: summaryOfAnswer(call.answer) }] : [],
  );
  const answers = [...new Set(final.map(({ answered }) => answered))];
  if (answers.length > 1) {
    const text = 'requests with one key were answered with different outcomes';
    violations.push({ ...where, fault: 'two_outcomes', expected: answers[0], found: answers.slice(1), text });
  }
  const [first] = final;
  const different = first ? final.filter(({ call }) => !isSameRequest(call, first.call)) : [];
  if (different.length > 0) {
    const text = 'requests with different content were answered under one key';
    const expected = 'one request per key';
    violations.push({ ...where, fault: 'two_requests_answered', expected, found: different.length + 1, text });
  }
  if (row === undefined) return violations;
  const recorded = row.outcome && summaryOfOutcome(row.outcome);
  for (const { call, answered: found } of final) {
    if (recorded === found) continue;
    const text = `the answer at ${new Date(call.answeredAtMs).toISOString()} differs from the outcome in PostgreSQL`;
    const expected = recorded ?? 'no outcome';
    violations.push({ ...where, fault: 'answer_differs_from_record', expected, found, text });
  }
  return [...violations, ...wrongKeyAnswers(where, calls, row)];
}

/** 422 for the request of the row, or an outcome for a request with other content. */
function wrongKeyAnswers(
  where: Pick<Violation, 'invariant' | 'eventId' | 'purchaseId'>,
  calls: readonly PurchaseCall[],
  row: PurchaseRow,
): Violation[] {
  const { items } = row;
  // A purchase of an unknown event has no items, nor has one that was cancelled before a workflow claimed it.
  if (items === null || items.length === 0) return [];
  return calls.flatMap((call): Violation[] => {
    const { kind } = call.answer;
    const same = isSameRequest(call, { ...row, items });
    if (kind === 'key_reused' && same) {
      const text = 'the request of the purchase was refused as a reuse of its own key';
      return [{ ...where, fault: 'own_key_refused', expected: 'its outcome', found: 'key reused', text }];
    }
    if (isFinal(call.answer) && !same) {
      const text = 'a request was answered with the outcome of another request';
      return [{ ...where, fault: 'other_request_answered', expected: 'key reused', found: kind, text }];
    }
    return [];
  });
}

/** The requests to buy, by purchase id. */
export function callsByPurchase(calls: readonly Call[]): ReadonlyMap<string, readonly PurchaseCall[]> {
  const found = new Map<string, PurchaseCall[]>();
  for (const call of callsTo(calls, 'buy')) {
    const known = found.get(call.purchaseId);
    if (known) known.push(call);
    else found.set(call.purchaseId, [call]);
  }
  return found;
}

const isFinal = (answer: PurchaseReply): answer is FinalAnswer => answer.kind === 'ok' || answer.kind === 'refused';

/** True for a refusal that only Redis has stored, and that is lost with its data (invariant 4). */
export const isRefusedWithoutWorkflow = ({ answer }: Pick<PurchaseCall | HoldCall, 'answer'>): boolean =>
  answer.kind === 'refused' && WITHOUT_WORKFLOW.has(answer.problem);

function summaryOfAnswer(answer: FinalAnswer): string {
  if (answer.kind === 'refused') return `refused: ${answer.problem} ${answer.details}`;
  const { transactionId, amountMinor, currency, tickets } = answer;
  return `sold: ${transactionId}, ${amountMinor} ${currency}, ${formatSeats(tickets)}`;
}

function summaryOfOutcome(outcome: PurchaseOutcome): string {
  if (outcome.kind !== 'confirmed') return `refused: ${problemOf(outcome)} ${refusalDetails(outcome)}`;
  const { transactionId, amountMinor, currency, tickets } = outcome;
  return `sold: ${transactionId}, ${amountMinor} ${currency}, ${formatSeats(tickets)}`;
}

const UNDONE = {
  capture_refused: 'payment-not-captured',
  cancelled: 'purchase-cancelled',
  operator: 'purchase-undone',
};

/** The last segment of the problem type that reports an outcome. */
function problemOf(outcome: Exclude<PurchaseOutcome, { kind: 'confirmed' }>): string {
  if (outcome.kind === 'declined') return 'payment-declined';
  return outcome.kind === 'undone' ? UNDONE[outcome.reason] : outcome.reason.replaceAll('_', '-');
}

/**
 * The values that distinguish two refusals of one kind, in a fixed order.
 *
 * @param refusal an outcome, or problem details
 */
export function refusalDetails(refusal: object): string {
  const members = new Map<string, unknown>(Object.entries(refusal));
  // The problem "sold out" contains `available: 0`; the outcome does not.
  if (members.get('reason') === 'sold_out') members.set('available', 0);
  const names = ['ticketType', 'available', 'limit', 'held', 'holdLapsed', 'amountMinor'];
  return JSON.stringify(names.map((name) => members.get(name) ?? null));
}
