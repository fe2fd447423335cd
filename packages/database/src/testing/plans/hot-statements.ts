import pg from 'pg';
import { applyCapacityUpdates } from '../../audit/apply-capacity-updates.js';
import { recordTransactions } from '../../audit/record-transactions.js';
import { claimCancellation } from '../../cancellations/claim.js';
import { completeCancellation, settleCancellations } from '../../cancellations/complete.js';
import { findCancellations } from '../../cancellations/find.js';
import { readMustKeep } from '../../cancellations/must-keep.js';
import {
  listPurchasesToCancel,
  listUnsettledCancellations,
  readEventCancellation,
  recordEventCancellation,
} from '../../cancellations/of-event.js';
import type { EventFixture } from '../../cancellations/testing/event-fixture.js';
import { findEvent, listEvents } from '../../events/find.js';
import { changed } from '../../events/testing/changed.js';
import { endHold } from '../../holds/end.js';
import { findHold, findOverdueHolds } from '../../holds/find.js';
import { readGeneration } from '../../inventory/generation.js';
import { messagesOfSale } from '../../messages/of-purchases.js';
import { claimPurchases } from '../../purchases/claim.js';
import { findPurchases, findTransaction } from '../../purchases/find.js';
import { refusePurchases } from '../../purchases/refuse.js';
import { beginUndoing, concludeUndoing, voidTickets } from '../../purchases/undo.js';
import { listUserTickets, readUserTickets } from '../../purchases/user-tickets.js';
import { findWorkflows } from '../../purchases/workflows.js';
import {
  findOwners,
  listOpenCancellations,
  listOpenPurchases,
  listUnfinishedEventCancellations,
} from '../../reconciliation/abandoned.js';
import { listEventPurchases } from '../../reconciliation/event-purchases.js';
import { readMoney } from '../../reconciliation/money.js';
import { readDoorList } from '../../tickets/door-list.js';
import { searchTickets } from '../../tickets/search.js';
import { countOutcomes } from '../../statistics/count-outcomes.js';
import { readStatistics } from '../../statistics/read-statistics.js';

/** A statement that is sent to PostgreSQL. */
export interface Statement {
  /** Of a statement that is prepared once per connection. */
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The statements that buyers and messages wait for: those of a whole purchase, of holds, cancellations and lists. */
export function hotStatements(fixture: EventFixture): Promise<Statement[]> {
  return sentBy(async () => {
    const { pool, eventId } = fixture;
    const sold = await fixture.confirmed(2);
    const [purchase] = await findPurchases(pool, [sold.purchaseId]);
    if (!purchase) throw new Error('there is no purchase');
    await claimPurchases(pool, [{ ...fixture.order(1), purchaseId: sold.purchaseId }], OTHER_RUN);
    const undone = await fixture.persisted(1);
    await beginUndoing(pool, { ...undone, outcome: { kind: 'undone', reason: 'cancelled' }, authorisationId: null });
    await voidTickets(pool, undone);
    await concludeUndoing(pool, undone);
    const refused = await fixture.claimed(1);
    await refusePurchases(pool, [{ ...refused, refusal: { reason: 'sold_out', ticketType: 'standard' } }]);
    await findTransaction(pool, purchase.transactionId);
    await findWorkflows(pool, sold.purchaseId);
    await readUserTickets(pool, [purchase.userId]);
    const first = await listUserTickets(pool, purchase.userId, { limit: 1 });
    if (first.next !== null) await listUserTickets(pool, purchase.userId, { limit: 1, after: first.next });
    const list = { eventId, since: null, after: null, limit: 10, opensBeforeS: 0 };
    await readDoorList(pool, list);
    await searchTickets(pool, { eventId, text: 'ann.lee.77@example.com', limit: 10 });
    await readGeneration(pool, eventId);
    await changed(pool, eventId, ({ ticketTypes }) => ({
      ticketTypes: ticketTypes.map((type) => ({ ...type, total: type.total - 1 })),
    }));
    await findEvent(pool, eventId);
    await listEvents(pool, { limit: 10 });
    await listEvents(pool, { limit: 10, after: eventId });
    await findHold(pool, sold.purchaseId);
    await endHold(pool, sold.purchaseId, 'expired');
    for (const { body } of messagesOfSale(purchase)) {
      if ('CapacityChange' in body) await applyCapacityUpdates(pool, [body]);
      else await recordTransactions(pool, [body]);
    }
    await countOutcomes(pool);
    await readStatistics(pool, { eventId, limit: 10 });
    const from = new Date(Date.now() - 3_600_000).toISOString();
    await readStatistics(pool, { eventId, limit: 10, from, after: from });
    const claim = await claimCancellation(pool, fixture.cancellationRequest(sold.purchaseId));
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    const { cancellationId } = claim.cancellation;
    await readMustKeep(pool, sold.purchaseId);
    await completeCancellation(pool, { cancellationId, refundId: 'refund', shortfallMinor: 1 });
    await settleCancellations(pool, [cancellationId]);
    await findCancellations(pool, [cancellationId]);
  });
}

/** Lists that recovery and reconciliation read page by page, and whose pages have to stay cheap. */
export async function pagedStatements(fixture: EventFixture): Promise<Statement[]> {
  const { pool, eventId } = fixture;
  const { purchaseId } = await fixture.claimed(1);
  const request = { eventId, requestedBy: 'operator', reason: 'storm', requestId: 'r' };
  await recordEventCancellation(pool, request);
  await readEventCancellation(pool, eventId);
  return sentBy(async () => {
    for (const after of [null, purchaseId]) {
      await listOpenPurchases(pool, { idleMs: 0, after, limit: 100 });
      await listOpenCancellations(pool, { idleMs: 0, after, limit: 100 });
      await listUnsettledCancellations(pool, { eventId, idleMs: 0, after, limit: 100 });
      await listUnfinishedEventCancellations(pool, { idleMs: 0, after, limit: 100 });
      await listPurchasesToCancel(pool, { eventId, after, limit: 50 });
      await findOverdueHolds(pool, { overdueMs: 0, after, limit: 100 });
      await listEventPurchases(pool, { eventId, changedSince: null, after, limit: 100 });
    }
    await findOwners(pool, [purchaseId]);
    await readMoney(pool, [purchaseId]);
    // It was counted before, so this reads the counts alone.
    await readEventCancellation(pool, eventId);
  });
}

const OTHER_RUN = { workflowId: 'purchase', runId: 'another run' };

/** What the clients of this process send during `work`, each statement once. */
async function sentBy(work: () => Promise<void>): Promise<Statement[]> {
  const sent = new Map<string, Statement>();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called on its client below
  const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
  function listening(this: pg.Client, ...args: unknown[]): unknown {
    const [first, second] = args;
    const config = typeof first === 'string' ? { text: first, values: second } : first;
    const { name, text = '', values } = config as { name?: string; text?: string; values?: unknown };
    if (/^\s*(select|with|insert|update|delete)\b/i.test(text)) {
      const isList = Array.isArray(values);
      const kind = isList ? values.map((value) => value === null).join() : '';
      sent.set(`${text} ${name === undefined ? kind : ''}`, { name, text, values: isList ? values : [] });
    }
    return query.apply(this, args);
  }
  pg.Client.prototype.query = listening as typeof pg.Client.prototype.query;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = query as typeof pg.Client.prototype.query;
  }
  return [...sent.values()];
}
