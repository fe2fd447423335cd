import type { EventDetails, EventReadModel, Fee } from '@box-office/contract';
import { withTimeout, type Logger } from '@box-office/platform';
import type { ReadModels } from '../availability/read-models.js';
import type { EventView } from './schema.js';

/** An event as buyers see it. Without its read model the tickets that are left are not known. */
export function viewOfEvent(event: EventDetails | EventReadModel): EventView {
  const { id, name, description, venue, startsAt, endsAt, timeZone, currency, status } = event;
  const { saleStartsAt, saleEndsAt, limitPerBuyer } = event;
  // No ticket of a cancelled event can be bought, whatever its inventory still has.
  const isOver = status === 'cancelled';
  return {
    id,
    name,
    description,
    venue,
    startsAt,
    endsAt,
    timeZone,
    currency,
    status,
    saleStartsAt,
    saleEndsAt,
    cancellableUntil: event.cancellableUntil ?? null,
    limitPerBuyer,
    purchaseFee: viewOfFee(event.purchaseFee),
    refundRules: event.refundRules
      ? { keepsFees: false, withheldPpm: 0, withheldMinor: 0, ...event.refundRules }
      : null,
    capacity: isOver ? 0 : 'capacity' in event ? event.capacity : null,
    ticketTypes: event.ticketTypes.map((type) => ({
      name: type.name,
      priceMinor: type.priceMinor,
      taxRatePpm: type.taxRatePpm ?? 0,
      ...(type.netPriceMinor !== undefined && { netPriceMinor: type.netPriceMinor }),
      fee: viewOfFee(type.fee),
      total: type.total,
      available: isOver ? 0 : 'available' in type ? type.available : null,
    })),
  };
}

const viewOfFee = (fee: Fee | undefined): EventView['purchaseFee'] =>
  fee === undefined ? null : { taxRatePpm: 0, ...fee };

/** Leaves PostgreSQL time to answer in place of a Redis that does not answer. */
const REDIS_TIMEOUT_MS = 1_000;

/** The read models of these events; all null if Redis is unavailable, because a list without availability is better than none. */
export async function readModelsOrNull(
  deps: { readModels: Pick<ReadModels, 'events'>; logger: Logger },
  eventIds: readonly string[],
): Promise<readonly (EventReadModel | null)[]> {
  try {
    return await withTimeout(deps.readModels.events(eventIds), REDIS_TIMEOUT_MS);
  } catch (error) {
    deps.logger.warn({ err: error }, 'could not read availability from Redis');
    return eventIds.map(() => null);
  }
}
