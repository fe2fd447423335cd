import type { WrongReadModel } from '@box-office/restoration';
import type { Difference } from '../difference.js';

/** Read models of an event's buyers and transactions that do not tell what the record says. */
export function wrongReadModels(eventId: string, wrong: readonly WrongReadModel[]): Difference[] {
  return wrong.map(({ key, of, about, expected, found }) => ({
    kind: 'wrong_read_model',
    subject: key,
    eventId,
    ticketType: null,
    purchaseId: 'purchaseId' in of ? of.purchaseId : null,
    expected: brief(expected),
    found: brief(found),
    cause: found === null ? 'Redis has lost it' : 'Redis has something else than the record',
    action: 'it is to be written anew',
    about,
    repair: { do: 'rewrite', key, of },
    repairOfAll: { do: 'rewrite_all' },
  }));
}

/** A buyer may have very many tickets; the first ones tell enough. */
const MOST_CHARACTERS = 2_000;

function brief(model: unknown): unknown {
  const text = JSON.stringify(model);
  return text.length <= MOST_CHARACTERS ? model : { begins: text.slice(0, MOST_CHARACTERS) };
}
