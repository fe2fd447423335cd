import { randomUUID } from 'node:crypto';
import type { EventDetails, OrderItem, PurchaseOrder, PurchaseOutcome, Ticket } from '@box-office/contract';
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
} from '@box-office/database';
import type { PurchaseCall } from '../calls.js';
import { refusalDetails } from '../invariants/outcomes.js';
import type { CheckerFixture } from './checker-fixture.js';

export type Sold = PurchaseCall & { readonly authorisationId: string; readonly tickets: readonly Ticket[] };

/** Sells tickets in every store, as the workflow does, and records the buyer's call. */
export async function sell(
  fixture: CheckerFixture,
  event: EventDetails,
  items: readonly OrderItem[] = [{ ticketType: 'Standard', quantity: 2 }],
): Promise<Sold> {
  const order = orderOf(event, items, 'pm_approve');
  const { purchaseId, userId } = order;
  const { pool, inventory } = fixture;
  const { epoch, amountMinor, currency } = await claim(fixture, order);
  const generation = (await readGeneration(pool, event.id)) ?? 0;
  const reply = await inventory.reserve(event.id, generation, [{ purchaseId, epoch, userId, items }]);
  const hold = reply.kind === 'done' ? reply.outcomes[0] : undefined;
  if (hold?.kind !== 'reserved') throw new Error('could not reserve');
  const authorisationId = await authorise(fixture, order, amountMinor, currency);
  await persistTickets(pool, [{ purchaseId, epoch, generation, authorisationId, items: hold.items }]);
  await capture(fixture, purchaseId, authorisationId);
  const [final] = await finalisePurchases(pool, [{ purchaseId, epoch }]);
  if (final?.kind !== 'confirmed' || final.outcome.kind !== 'confirmed') throw new Error('not confirmed');
  const { outcome } = final;
  await inventory.confirm(event.id, generation, [{ purchaseId, userId, items: hold.items }]);
  await publish(fixture, (await findPurchases(pool, [purchaseId])).flatMap(messagesOfSale));
  const { transactionId, tickets } = outcome;
  const call = callOf(order, { kind: 'ok', status: 201, transactionId, tickets, amountMinor, currency });
  fixture.calls.push(call);
  return { ...call, authorisationId, tickets };
}

/** Claims a purchase and leaves it there. `undo` ends it. */
export async function claimOnly(
  fixture: CheckerFixture,
  event: EventDetails,
): Promise<{ readonly purchaseId: string; undo(): Promise<void> }> {
  const order = orderOf(event, [{ ticketType: 'Standard', quantity: 1 }], 'pm_approve');
  const { purchaseId } = order;
  const { epoch } = await claim(fixture, order);
  return {
    purchaseId,
    async undo() {
      const outcome: PurchaseOutcome = { kind: 'undone', reason: 'operator' };
      await beginUndoing(fixture.pool, { purchaseId, epoch, outcome, authorisationId: null });
      await concludeUndoing(fixture.pool, { purchaseId, epoch });
    },
  };
}

/** Makes a purchase whose payment is declined, and records the buyer's call. */
export async function decline(fixture: CheckerFixture, event: EventDetails): Promise<PurchaseCall> {
  const order = orderOf(event, [{ ticketType: 'Standard', quantity: 1 }], 'pm_decline_no_funds');
  const { purchaseId } = order;
  const { epoch, amountMinor, currency } = await claim(fixture, order);
  await fixture.payments.authorise(authorisation(order, amountMinor, currency));
  const outcome: PurchaseOutcome = { kind: 'declined', reason: 'no_funds' };
  await beginUndoing(fixture.pool, { purchaseId, epoch, outcome, authorisationId: null });
  await concludeUndoing(fixture.pool, { purchaseId, epoch });
  const call = callOf(order, { kind: 'refused', status: 402, problem: 'payment-declined', details: NO_DETAILS });
  fixture.calls.push(call);
  return call;
}

/** The details of a refusal that has none. */
export const NO_DETAILS = refusalDetails({});

/** Charges a purchase under the key of a second attempt. */
export async function chargeAgain(fixture: CheckerFixture, call: PurchaseCall, amountMinor: number): Promise<string> {
  const { authorisationId } = expectKind(
    await fixture.payments.authorise({
      key: paymentKey(call.purchaseId, 2, 'authorise'),
      amountMinor,
      currency: 'EUR',
      method: 'pm_approve',
      purchaseId: call.purchaseId,
    }),
    'authorised',
  );
  await fixture.payments.capture({ key: paymentKey(call.purchaseId, 2, 'capture'), authorisationId });
  return authorisationId;
}

export function orderOf(event: EventDetails, items: readonly OrderItem[], paymentMethod: string): PurchaseOrder {
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
    purchaseId,
    userId,
    eventId,
    items,
    paymentMethod,
    answer,
    action: 'buy',
    holdId: null,
    key: purchaseId,
    gateway: 'api',
    invokedAtMs: atMs,
    answeredAtMs: atMs,
  };
}

export async function claim(fixture: CheckerFixture, order: PurchaseOrder) {
  const [claimed] = await claimPurchases(fixture.pool, [order], { workflowId: 'purchase/test', runId: 'run' });
  return expectKind(claimed, 'mine');
}

const authorisation = (order: PurchaseOrder, amountMinor: number, currency: string) => ({
  key: paymentKey(order.purchaseId, 1, 'authorise'),
  amountMinor,
  currency,
  method: order.paymentMethod ?? '',
  purchaseId: order.purchaseId,
});

async function authorise(fixture: CheckerFixture, order: PurchaseOrder, amount: number, currency: string) {
  const answer = await fixture.payments.authorise(authorisation(order, amount, currency));
  return expectKind(answer, 'authorised').authorisationId;
}

async function capture(fixture: CheckerFixture, purchaseId: string, authorisationId: string): Promise<void> {
  const key = paymentKey(purchaseId, 1, 'capture');
  expectKind(await fixture.payments.capture({ key, authorisationId }), 'captured');
}

/** Applies the messages of a sale or a cancellation, as the audit consumer does. */
export async function publish(fixture: CheckerFixture, messages: readonly RecordedMessage[]): Promise<void> {
  const bodies = messages.map(({ body }) => body);
  await applyCapacityUpdates(
    fixture.pool,
    bodies.filter((body) => 'CapacityChange' in body),
  );
  await recordTransactions(
    fixture.pool,
    bodies.filter((body) => 'Amount' in body),
  );
}

function expectKind<T extends { readonly kind: string }, K extends T['kind']>(
  answer: T | undefined,
  kind: K,
): Extract<T, { kind: K }> {
  if (answer?.kind !== kind) throw new Error(`${answer?.kind ?? 'nothing'} instead of ${kind}`);
  return answer as Extract<T, { kind: K }>;
}
