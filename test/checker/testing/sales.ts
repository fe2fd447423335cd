import { randomUUID } from 'node:crypto';
import type { EventFacts, OrderItem, PurchaseOrder, PurchaseOutcome, Ticket } from '@box-office/contract';
import { paymentKey } from '@box-office/payments';
import {
  applyCapacityUpdates,
  beginUndoing,
  claimPurchases,
  concludeUndoing,
  findPurchases,
  finalisePurchases,
  messagesOfSale,
  persistTickets,
  readGeneration,
  recordTransactions,
  type RecordedMessage,
} from '@box-office/records';
import type { PurchaseCall } from '../calls.js';
import { refusalDetails } from '../invariants/outcomes.js';
import type { SmallOffice } from './small-office.js';

export type Sold = PurchaseCall & { readonly authorisationId: string; readonly tickets: readonly Ticket[] };

/** Sells tickets as the workflow does, in every store, and tells the buyer. */
export async function sell(
  office: SmallOffice,
  event: EventFacts,
  items: readonly OrderItem[] = [{ ticketType: 'Standard', quantity: 2 }],
): Promise<Sold> {
  const order = orderOf(event, items, 'pm_approve');
  const { purchaseId, userId } = order;
  const { pool, inventory } = office;
  const { epoch, amountMinor, currency } = await claim(office, order);
  const generation = (await readGeneration(pool, event.id)) ?? 0;
  const reply = await inventory.reserve(event.id, generation, [{ purchaseId, epoch, userId, items }]);
  const hold = reply.kind === 'done' ? reply.outcomes[0] : undefined;
  if (hold?.kind !== 'reserved') throw new Error('could not reserve');
  const authorisationId = await authorise(office, order, amountMinor, currency);
  await persistTickets(pool, [{ purchaseId, epoch, generation, authorisationId, items: hold.items }]);
  await capture(office, purchaseId, authorisationId);
  const [final] = await finalisePurchases(pool, [{ purchaseId, epoch }]);
  if (final?.kind !== 'confirmed' || final.outcome.kind !== 'confirmed') throw new Error('not confirmed');
  const { outcome } = final;
  await inventory.confirm(event.id, generation, [{ purchaseId, userId, items: hold.items }]);
  await publish(office, (await findPurchases(pool, [purchaseId])).flatMap(messagesOfSale));
  const { transactionId, tickets } = outcome;
  const call = callOf(order, { kind: 'ok', status: 201, transactionId, tickets, amountMinor, currency });
  office.calls.push(call);
  return { ...call, authorisationId, tickets };
}

/** A purchase that was claimed and goes no further, and what ends it. */
export async function leaveClaimed(
  office: SmallOffice,
  event: EventFacts,
): Promise<{ readonly purchaseId: string; conclude(): Promise<void> }> {
  const order = orderOf(event, [{ ticketType: 'Standard', quantity: 1 }], 'pm_approve');
  const { purchaseId } = order;
  const { epoch } = await claim(office, order);
  return {
    purchaseId,
    async conclude() {
      const outcome: PurchaseOutcome = { kind: 'undone', reason: 'operator' };
      await beginUndoing(office.pool, { purchaseId, epoch, outcome, authorisationId: null });
      await concludeUndoing(office.pool, { purchaseId, epoch });
    },
  };
}

/** A purchase whose payment was declined: nothing is left of it but its row. */
export async function decline(office: SmallOffice, event: EventFacts): Promise<PurchaseCall> {
  const order = orderOf(event, [{ ticketType: 'Standard', quantity: 1 }], 'pm_decline_no_funds');
  const { purchaseId } = order;
  const { epoch, amountMinor, currency } = await claim(office, order);
  await office.payments.authorise(authorisation(order, amountMinor, currency));
  const outcome: PurchaseOutcome = { kind: 'declined', reason: 'no_funds' };
  await beginUndoing(office.pool, { purchaseId, epoch, outcome, authorisationId: null });
  await concludeUndoing(office.pool, { purchaseId, epoch });
  const call = callOf(order, { kind: 'refused', status: 402, problem: 'payment-declined', details: NO_DETAILS });
  office.calls.push(call);
  return call;
}

/** What `refusalDetails` gives for a refusal without any. */
export const NO_DETAILS = refusalDetails({});

/** Charges a purchase once more or for the first time, under another attempt's key. */
export async function chargeAgain(office: SmallOffice, call: PurchaseCall, amountMinor: number): Promise<string> {
  const { authorisationId } = mustBe(
    await office.payments.authorise({
      key: paymentKey(call.purchaseId, 2, 'authorise'),
      amountMinor,
      currency: 'EUR',
      method: 'pm_approve',
      purchaseId: call.purchaseId,
    }),
    'authorised',
  );
  await office.payments.capture({ key: paymentKey(call.purchaseId, 2, 'capture'), authorisationId });
  return authorisationId;
}

export function orderOf(event: EventFacts, items: readonly OrderItem[], paymentMethod: string): PurchaseOrder {
  return {
    purchaseId: randomUUID(),
    fingerprint: 'f',
    userId: `buyer_${randomUUID()}`,
    eventId: event.id,
    items,
    paymentMethod,
    requestId: 'request',
  };
}

export function callOf(order: PurchaseOrder, answer: PurchaseCall['answer']): PurchaseCall {
  const { purchaseId, userId, eventId, items, paymentMethod } = order;
  const atMs = Date.now();
  return {
    ...{ purchaseId, userId, eventId, items, paymentMethod, answer },
    act: 'buy',
    holdId: null,
    key: purchaseId,
    gateway: 'api',
    invokedAtMs: atMs,
    answeredAtMs: atMs,
  };
}

export async function claim(office: SmallOffice, order: PurchaseOrder) {
  const [claimed] = await claimPurchases(office.pool, [order], { workflowId: 'purchase/test', runId: 'run' });
  return mustBe(claimed, 'mine');
}

const authorisation = (order: PurchaseOrder, amountMinor: number, currency: string) => ({
  key: paymentKey(order.purchaseId, 1, 'authorise'),
  amountMinor,
  currency,
  method: order.paymentMethod ?? '',
  purchaseId: order.purchaseId,
});

async function authorise(office: SmallOffice, order: PurchaseOrder, amount: number, currency: string) {
  const answer = await office.payments.authorise(authorisation(order, amount, currency));
  return mustBe(answer, 'authorised').authorisationId;
}

async function capture(office: SmallOffice, purchaseId: string, authorisationId: string): Promise<void> {
  const key = paymentKey(purchaseId, 1, 'capture');
  mustBe(await office.payments.capture({ key, authorisationId }), 'captured');
}

/** The messages of a sale or a cancellation, applied as the audit consumer does. */
export async function publish(office: SmallOffice, messages: readonly RecordedMessage[]): Promise<void> {
  const bodies = messages.map(({ body }) => body);
  await applyCapacityUpdates(
    office.pool,
    bodies.filter((body) => 'CapacityChange' in body),
  );
  await recordTransactions(
    office.pool,
    bodies.filter((body) => 'Amount' in body),
  );
}

function mustBe<T extends { readonly kind: string }, K extends T['kind']>(
  answer: T | undefined,
  kind: K,
): Extract<T, { kind: K }> {
  if (answer?.kind !== kind) throw new Error(`${answer?.kind ?? 'nothing'} instead of ${kind}`);
  return answer as Extract<T, { kind: K }>;
}
