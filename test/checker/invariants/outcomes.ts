import type { PurchaseOutcome } from '@box-office/contract';
import { callsTo, isSameRequest, type Call, type PurchaseCall, type PurchaseReply } from '../calls.js';
import { seatsOf, type PurchaseOnRecord, type Stores } from '../reading/stores.js';
import type { Violation } from '../violation.js';

type FinalAnswer = Extract<PurchaseReply, { kind: 'ok' | 'refused' }>;

/** Refusals that a gateway may give from Redis alone: what has no row is forgotten with Redis, or after a day. */
const WITHOUT_WORKFLOW: ReadonlySet<string> = new Set(['sold-out', 'not-enough-left', 'not-on-sale']);

/**
 * Invariant 4: all answers to one key tell of one outcome, which is the one in PostgreSQL; and whoever is told that the
 * key belongs to another request did ask for something else.
 */
export function checkOutcomes(
  stores: Stores,
  calls: readonly Call[],
  o: { readonly redisForgot: boolean },
): { readonly violations: Violation[]; readonly notes: string[] } {
  const rows = new Map(stores.purchases.map((purchase) => [purchase.purchaseId, purchase]));
  const violations = stores.purchases.flatMap(checkRow);
  let forgotten = 0;
  for (const [purchaseId, ofPurchase] of callsByPurchase(calls)) {
    const found = checkKey(purchaseId, ofPurchase, rows.get(purchaseId));
    const excused = o.redisForgot && found.length > 0 && ofPurchase.some(isRefusedWithoutWorkflow);
    if (excused) forgotten++;
    else violations.push(...found);
  }
  const notes = forgotten === 0 ? [] : [`${forgotten} refusals given from Redis were forgotten with it`];
  return { violations, notes };
}

/** The status of a row and its outcome are two tellings of the same. */
function checkRow({ purchaseId, eventId, status, outcome }: PurchaseOnRecord): Violation[] {
  const fits = outcome === null || status === outcome.kind || (status === 'cancelled' && outcome.kind === 'confirmed');
  if (fits) return [];
  const text = 'the status of the purchase contradicts its outcome';
  const fault = 'status_contradicts_outcome';
  return [{ invariant: 4, fault, eventId, purchaseId, expected: outcome.kind, found: status, text }];
}

function checkKey(purchaseId: string, calls: readonly PurchaseCall[], row: PurchaseOnRecord | undefined): Violation[] {
  const where = { invariant: 4, purchaseId, ...(calls[0] ? { eventId: calls[0].eventId } : {}) } as const;
  const violations: Violation[] = [];
  const final = calls.flatMap((call) => (isFinal(call.answer) ? [{ call, told: summaryOfAnswer(call.answer) }] : []));
  const told = [...new Set(final.map((one) => one.told))];
  if (told.length > 1) {
    const text = 'requests with one key were told different outcomes';
    violations.push({ ...where, fault: 'two_outcomes', expected: told[0], found: told.slice(1), text });
  }
  const [first] = final;
  const strangers = first ? final.filter(({ call }) => !isSameRequest(call, first.call)) : [];
  if (strangers.length > 0) {
    const text = 'requests with different contents were answered under one key';
    const expected = 'one request per key';
    violations.push({ ...where, fault: 'two_requests_answered', expected, found: strangers.length + 1, text });
  }
  if (row === undefined) return violations;
  const recorded = row.outcome && summaryOfOutcome(row.outcome);
  for (const { call, told: found } of final) {
    if (recorded === found) continue;
    const text = `the buyer was told something else at ${new Date(call.answeredAtMs).toISOString()}`;
    const expected = recorded ?? 'no outcome';
    violations.push({ ...where, fault: 'answer_differs_from_record', expected, found, text });
  }
  return [...violations, ...misjudgedKeys(where, calls, row)];
}

/** 422 for the request that the row is about, or an outcome for one that it is not about. */
function misjudgedKeys(
  where: Pick<Violation, 'invariant' | 'eventId' | 'purchaseId'>,
  calls: readonly PurchaseCall[],
  row: PurchaseOnRecord,
): Violation[] {
  const { items } = row;
  // Of an unknown event there are none, nor of a purchase that was cancelled before any workflow had seen it.
  if (items === null || items.length === 0) return [];
  return calls.flatMap((call): Violation[] => {
    const { kind } = call.answer;
    const same = isSameRequest(call, { ...row, items });
    if (kind === 'key_reused' && same) {
      const text = 'the request that the purchase is about was told that its key belongs to another';
      return [{ ...where, fault: 'own_key_refused', expected: 'its outcome', found: 'key reused', text }];
    }
    if (isFinal(call.answer) && !same) {
      const text = 'a request was answered with the outcome of another one';
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

/** Redis alone has this refusal, and may forget it (invariant 4). */
export const isRefusedWithoutWorkflow = ({ answer }: PurchaseCall): boolean =>
  answer.kind === 'refused' && WITHOUT_WORKFLOW.has(answer.problem);

function summaryOfAnswer(answer: FinalAnswer): string {
  if (answer.kind === 'refused') return `refused: ${answer.problem} ${answer.details}`;
  const { transactionId, amountMinor, currency, tickets } = answer;
  return `sold: ${transactionId}, ${amountMinor} ${currency}, ${seatsOf(tickets)}`;
}

function summaryOfOutcome(outcome: PurchaseOutcome): string {
  if (outcome.kind !== 'confirmed') return `refused: ${problemOf(outcome)} ${refusalDetails(outcome)}`;
  const { transactionId, amountMinor, currency, tickets } = outcome;
  return `sold: ${transactionId}, ${amountMinor} ${currency}, ${seatsOf(tickets)}`;
}

const UNDONE = {
  capture_refused: 'payment-not-captured',
  cancelled: 'purchase-cancelled',
  operator: 'purchase-undone',
};

/** The last part of the problem type with which a buyer is told of an outcome. */
function problemOf(outcome: Exclude<PurchaseOutcome, { kind: 'confirmed' }>): string {
  if (outcome.kind === 'declined') return 'payment-declined';
  return outcome.kind === 'undone' ? UNDONE[outcome.reason] : outcome.reason.replaceAll('_', '-');
}

/** What distinguishes two refusals of one kind, in a fixed order; from an outcome or from the members of a problem. */
export function refusalDetails(refusal: object): string {
  const members = new Map<string, unknown>(Object.entries(refusal));
  // Who is told that it is sold out is told that 0 are available; the outcome leaves that out.
  if (members.get('reason') === 'sold_out') members.set('available', 0);
  const names = ['ticketType', 'available', 'limit', 'held', 'holdLapsed', 'amountMinor'];
  return JSON.stringify(names.map((name) => members.get(name) ?? null));
}
