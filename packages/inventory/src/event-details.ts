import { keptForEventUntilMs, saleEndOf, type EventDetails, type TicketTypeReadModel } from '@box-office/contract';
import { detailsInTemplate, parseStored, type Parsed } from './stored-values.js';

/** Most ticket types of one event, and the highest total: serials are stored in ten digits. */
export const MAX_TICKET_TYPES = 100;
export const MAX_TOTAL = 2_147_483_647;

/** Stands for each count in the stored JSON and between ticket type names; neither can contain it as it is. */
const RS = '\u001e';

/** Details in the form in which the scripts take them. */
export interface DescribedDetails {
  readonly types: readonly { readonly name: string; readonly total: number }[];
  /** Fields of the inventory hash. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * @param revision that of the change to which these details belong, if it is not their own
 * @throws RangeError for details that no inventory can be made of: ticket types with the same name, with an empty one or
 *   one that has control characters or half a surrogate pair, too many of them, a total that is no count, a time that is none
 */
export function describeDetails(details: EventDetails, revision = details.revision): DescribedDetails {
  const types = details.ticketTypes.map(({ name, total }) => ({ name, total }));
  if (types.length > MAX_TICKET_TYPES) throw new RangeError(`more than ${MAX_TICKET_TYPES} ticket types`);
  for (const { name, total } of types) {
    if (name === '' || /[\p{Cc}\p{Cs}]/u.test(name)) {
      throw new RangeError(`unusable ticket type name: ${JSON.stringify(name)}`);
    }
    if (!Number.isInteger(total) || total < 0 || total > MAX_TOTAL) throw new RangeError(`unusable total: ${total}`);
  }
  if (new Set(types.map(({ name }) => name)).size < types.length) throw new RangeError('a ticket type occurs twice');
  if (!Number.isSafeInteger(revision) || revision < 1) throw new RangeError(`unusable revision: ${revision}`);
  return {
    types,
    fields: {
      revision: String(revision),
      types: types.map(({ name }) => name).join(RS),
      read_model: readModelTemplate(details),
      status: details.status,
      sale_starts_ms: instantMs(details.saleStartsAt),
      sale_starts_at: details.saleStartsAt ?? '',
      sale_ends_ms: instantMs(saleEndOf(details)),
      sale_ends_at: saleEndOf(details),
      limit: String(details.limitPerBuyer),
      kept_until_ms: String(keptForEventUntilMs(details.endsAt)),
    },
  };
}

/** The JSON of an `EventReadModel` with a mark in the place of each count, so that Lua need not parse it. */
function readModelTemplate({ ticketTypes, ...rest }: EventDetails): string {
  const types = ticketTypes.map((type) => `${opened(type)},"available":${RS},"held":${RS},"sold":${RS}}`);
  return `${opened(rest)},"capacity":${RS},"ticketTypes":[${types.join(',')}]}`;
}

const opened = (object: object): string => JSON.stringify(object).slice(0, -1);

/** The details back from the `read_model` field, or why they cannot be read from it. */
export function detailsOf(template: string): Parsed<EventDetails> {
  const parsed = parseStored(detailsInTemplate, template.replaceAll(RS, '0'));
  if ('why' in parsed) return parsed;
  const { capacity: _, ticketTypes, ...rest } = parsed.value;
  const types = ticketTypes.map((type) => {
    const { available: _available, held: _held, sold: _sold, ...details } = type as TicketTypeReadModel;
    return details;
  });
  return { value: { ...rest, ticketTypes: types } };
}

export const typeNames = (joined: string): string[] => (joined === '' ? [] : joined.split(RS));

function instantMs(iso: string | null): string {
  if (iso === null) return '';
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new RangeError(`unusable time: ${JSON.stringify(iso)}`);
  return String(ms);
}
