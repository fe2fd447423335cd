import type { WrongReadModel } from '@box-office/inventory-sync';
import { aboutEvent, type Discrepancy } from '../discrepancy.js';

/** The read models of an event's buyers and transactions that differ from PostgreSQL. */
export const wrongReadModels = (eventId: string, models: readonly WrongReadModel[]): Discrepancy[] =>
  models.map(({ key, of, about, expected, found }) => ({
    ...aboutEvent(eventId, 'wrong_read_model', key),
    purchaseId: 'purchaseId' in of ? of.purchaseId : null,
    relatedIds: about,
    expected: shorten(expected),
    found: shorten(found),
    cause:
      found === null
        ? 'the read model is missing in Redis: the buyer does not see it'
        : 'the read model in Redis differs from PostgreSQL: the buyer sees a wrong state',
    action: 'rewrite the read model from PostgreSQL',
    repair: { kind: 'rewrite_read_model', key, of },
    bulkRepair: { kind: 'rewrite_all_read_models' },
  }));

/** A buyer may have many tickets; the beginning is enough to identify the difference. */
const MAX_CHARACTERS = 2_000;

function shorten(model: unknown): unknown {
  const text = JSON.stringify(model);
  return text.length <= MAX_CHARACTERS ? model : { begins: text.slice(0, MAX_CHARACTERS) };
}
