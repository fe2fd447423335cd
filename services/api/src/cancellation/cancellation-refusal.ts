import type {
  CancellationRefusal,
  CancellationRequest,
  IdempotencyRecord,
  PurchaseOutcome,
} from '@box-office/contract';
import type { PurchaseRow } from '@box-office/database';
import type { Database } from '../database.js';

interface Selected {
  /** Ids without repetition, in any order; null for the whole purchase. */
  readonly tickets: readonly string[] | null;
}

/** A buyer may cancel until the event's time limit. */
export async function tooLate(
  findEvent: Database['findEvent'],
  request: Pick<CancellationRequest, 'byOperator' | 'eventId' | 'requestedAt'>,
): Promise<CancellationRefusal | null> {
  if (request.byOperator) return null;
  const event = await findEvent(request.eventId);
  const until = event === null ? null : (event.cancellableUntil ?? event.startsAt);
  if (until === null || Date.parse(request.requestedAt) < Date.parse(until)) return null;
  return { reason: 'too_late', until };
}

/** Why a purchase with this row cannot be cancelled; null if it can be, as far as the row says. */
export function refusalFromRow({ tickets }: Selected, row: PurchaseRow): CancellationRefusal | null {
  if (row.outcome === null) return tickets === null ? null : { reason: 'purchase_open' };
  if (row.outcome.kind !== 'confirmed') return { reason: 'nothing_to_cancel' };
  const bought = new Set(row.outcome.tickets.map(({ ticketId }) => ticketId));
  const unknown = (tickets ?? []).filter((id) => !bought.has(id));
  if (unknown.length > 0) return { reason: 'unknown_tickets', tickets: unknown };
  const left = row.tickets.some(({ ticketId }) => tickets === null || tickets.includes(ticketId));
  return left ? null : { reason: 'nothing_to_cancel' };
}

/** The same for one that no workflow has claimed yet. */
export function refusalFromRecord(
  { tickets }: Selected,
  record: IdempotencyRecord<PurchaseOutcome> | undefined,
): CancellationRefusal | null {
  if (record?.state === 'done' && record.outcome.kind !== 'confirmed') return { reason: 'nothing_to_cancel' };
  return tickets === null ? null : { reason: 'purchase_open' };
}
