import { applyCapacityUpdates } from '../../audit/apply-capacity-updates.js';
import { recordTransactions } from '../../audit/record-transactions.js';
import { claimCancellation } from '../../cancellations/claim.js';
import { completeCancellation, settleCancellations } from '../../cancellations/complete.js';
import { findCancellations } from '../../cancellations/find.js';
import type { EventFixture } from '../../cancellations/testing/event-fixture.js';
import { messagesOfCancellation, messagesOfSale, type RecordedMessage } from '../../messages/of-purchases.js';
import { findPurchases } from '../../purchases/find.js';
import { readEventRecord } from '../event-record.js';

/** Sales and cancellations of the fixture's event. Their messages are consumed as far as a test wants. */
export type FixtureSales = ReturnType<typeof salesOf>;

export function salesOf(fixture: EventFixture) {
  const { pool, eventId } = fixture;

  /** Does what the audit consumer does with messages. */
  async function consume(messages: readonly RecordedMessage[]): Promise<void> {
    for (const { body } of messages) {
      if ('CapacityChange' in body) await applyCapacityUpdates(pool, [body]);
      else await recordTransactions(pool, [body]);
    }
  }

  async function readRecord(complete = true) {
    const record = await readEventRecord(pool, { eventId, complete });
    if (!record) throw new Error('no record');
    return record;
  }

  return {
    readRecord,
    async sold(quantity = 1, consumed: 'all' | 'capacity' | 'transaction' | 'nothing' = 'all'): Promise<string> {
      const { purchaseId } = await fixture.confirmed(quantity);
      const [capacity, transaction] = (await findPurchases(pool, [purchaseId])).flatMap(messagesOfSale);
      if (!capacity || !transaction) throw new Error('no messages');
      if (consumed === 'all' || consumed === 'capacity') await consume([capacity]);
      if (consumed === 'all' || consumed === 'transaction') await consume([transaction]);
      return purchaseId;
    },
    async cancelled(purchaseId: string, consumed: boolean, settled = true): Promise<string> {
      const claim = await claimCancellation(pool, fixture.cancellationRequest(purchaseId));
      if (claim.kind !== 'claimed') throw new Error(claim.kind);
      const { cancellationId } = claim.cancellation;
      await completeCancellation(pool, { cancellationId, refundId: 'refund' });
      if (consumed) await consume((await findCancellations(pool, [cancellationId])).flatMap(messagesOfCancellation));
      if (settled) await settleCancellations(pool, [cancellationId]);
      return cancellationId;
    },
    wrongLinesOf: async (purchaseId: string) =>
      (await readRecord()).wrongLines.find((lines) => lines.purchaseId === purchaseId),
  };
}
