import type { EventDetails } from '@box-office/contract';
import type { Fault, NewEvent, WantedDetails } from '@box-office/database';
import type { z } from '@hono/zod-openapi';
import { resolveTimes, type ResolvedTimes } from './event-times.js';
import { resolvePrices } from './prices.js';
import type { eventChangesBody, newEventBody } from './schema.js';

type Times = Pick<EventDetails, 'startsAt' | 'endsAt' | 'saleStartsAt' | 'saleEndsAt'>;

/** The event that a body asks for, or what is wrong with it at any time. */
export function newEventOf(
  body: z.output<typeof newEventBody>,
):
  | { readonly kind: 'wanted'; readonly event: NewEvent }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] } {
  const { times, faults } = resolveTimes(body, body.timeZone);
  const { prices, ...priced } = resolvePrices(body, body.currency, { ticketTypes: [] });
  const wrongFields = [...faults, ...priced.faults];
  if (wrongFields.length > 0) return { kind: 'faults', faults: wrongFields };
  const { purchaseFee: _fee, refundRules: _rules, ...rest } = body;
  // A body of a new event has all of its times.
  const event: NewEvent = { ...rest, ...(times as Required<ResolvedTimes>), ...prices };
  const wrong = faultsInTimes(event);
  return wrong.length > 0 ? { kind: 'faults', faults: wrong } : { kind: 'wanted', event };
}

/** Why the event cannot be created now. A request that has created it before is not asked this. */
export const faultsOfNew = (event: NewEvent, nowMs: number): Fault[] =>
  event.status === 'on_sale' ? faultsInSale(event, nowMs) : [];

/** The event after the changes of a body, or what would be wrong with it. */
export function changedDetails(
  before: EventDetails,
  body: z.output<typeof eventChangesBody>,
  nowMs: number,
): WantedDetails {
  const { times, faults } = resolveTimes(body, body.timeZone ?? before.timeZone);
  const { prices, ...priced } = resolvePrices(body, before.currency, before);
  const wrongFields = [...faults, ...priced.faults];
  if (wrongFields.length > 0) return { kind: 'faults', faults: wrongFields };
  // What was left out must not overwrite anything.
  const changes = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  const { purchaseFee: _fee, refundRules: _rules, ...rest } = { ...before, ...changes };
  const after: EventDetails = { ...rest, ...times, ...prices };
  const isOpened = after.status === 'on_sale' && before.status !== 'on_sale';
  const wrong = [...faultsInTimes(after), ...(isOpened ? faultsInSale(after, nowMs) : [])];
  return wrong.length > 0 ? { kind: 'faults', faults: wrong } : { kind: 'wanted', details: after };
}

function faultsInTimes({ startsAt, endsAt, saleStartsAt, saleEndsAt }: Times): Fault[] {
  const faults: Fault[] = [];
  if (Date.parse(endsAt) < Date.parse(startsAt)) {
    faults.push({ path: 'endsAt', message: 'An event cannot end before it starts.' });
  }
  if (saleStartsAt !== null && saleEndsAt !== null && Date.parse(saleEndsAt) <= Date.parse(saleStartsAt)) {
    faults.push({ path: 'saleEndsAt', message: 'The sale cannot end before it starts.' });
  }
  return faults;
}

const faultsInSale = ({ endsAt }: Times, nowMs: number): Fault[] =>
  Date.parse(endsAt) <= nowMs ? [{ path: 'endsAt', message: 'An event that has ended cannot be on sale.' }] : [];
