import { problemText, type ApiClient, type Schema } from '@box-office/api-client';
import type { Reporter } from '../reporting.js';
import { expectData } from './api.js';
import { CATALOGUE, type Plan } from './catalogue.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const PAGE_SIZE = 100;
const MAX_PAGES = 50;
/** An event with fewer tickets left than this gets more. */
const MIN_AVAILABLE = 50;
const ADDED_TICKETS = 1_000;
const MAX_TOTAL = 900_000;

export type DemoEvent = Schema<'Event'>;

/** Creates the demo events that are missing or over, and returns one that has tickets left. */
export async function prepareDemoEvents(operator: ApiClient, now: Date): Promise<DemoEvent> {
  const existing = await listEvents(operator);
  const current: DemoEvent[] = [];
  for (const plan of CATALOGUE) {
    const known = existing.findLast((event) => event.name === plan.name && isCurrent(event, now));
    current.push(known ?? (await createEvent(operator, plan, now)));
  }
  const [first] = current;
  if (first === undefined) throw new Error('the catalogue is empty');
  return withTicketsLeft(operator, first, now);
}

const isCurrent = (event: DemoEvent, now: Date): boolean =>
  event.status === 'on_sale' && Date.parse(event.startsAt) - now.getTime() > DAY_MS;

async function withTicketsLeft(operator: ApiClient, event: DemoEvent, now: Date): Promise<DemoEvent> {
  const [first, ...others] = event.ticketTypes;
  if (first === undefined || first.available === null || first.available >= MIN_AVAILABLE) return event;
  const [plan] = CATALOGUE;
  if (first.total + ADDED_TICKETS > MAX_TOTAL && plan) return createEvent(operator, plan, now);
  const ticketTypes = [{ ...first, total: first.total + ADDED_TICKETS }, ...others].map(
    ({ available: _, ...type }) => type,
  );
  const params = { path: { id: event.id } };
  const call = operator.PATCH('/api/events/{id}', { params, body: { ticketTypes } });
  return expectData(`adding tickets to event ${event.id}`, call);
}

async function createEvent(operator: ApiClient, plan: Plan, now: Date): Promise<DemoEvent> {
  const { inDays, startsAt, hours, saleInDays, ticketTypes, ...details } = plan;
  const day = new Date(now.getTime() + inDays * DAY_MS).toISOString().slice(0, 10);
  // Local times of the event's zone, so without an offset.
  const local = (afterHours: number): string =>
    new Date(Date.parse(`${day}T${startsAt}:00Z`) + afterHours * HOUR_MS).toISOString().slice(0, 19);
  const body = {
    ...details,
    startsAt: local(0),
    endsAt: local(hours),
    ticketTypes: ticketTypes.map(({ left: _, ...type }) => type),
    ...(saleInDays !== undefined && { saleStartsAt: saleStart(saleInDays, now) }),
  };
  return expectData(`creating the event “${plan.name}”`, operator.POST('/api/events', { body }));
}

/** At nine in the morning, UTC. */
const saleStart = (inDays: number, now: Date): string =>
  `${new Date(now.getTime() + inDays * DAY_MS).toISOString().slice(0, 10)}T09:00:00Z`;

/**
 * Sells to demo guests what the catalogue says is sold. The keys are fixed, so each ticket is sold once. What is refused
 * is reported and stays for sale: a key has one outcome, so that the same start would fail each time.
 */
export async function sellDemoTickets(operator: ApiClient, now: Date, report: Reporter): Promise<void> {
  const events = await listEvents(operator);
  for (const plan of CATALOGUE) {
    const event = events.findLast(({ name, ...rest }) => name === plan.name && isCurrent({ name, ...rest }, now));
    for (const { name, total, left } of plan.ticketTypes) {
      const available = event?.ticketTypes.find((type) => type.name === name)?.available ?? 0;
      if (event === undefined || left === undefined || available <= left) continue;
      const refusals = await sellTo(operator, event, name, total - left);
      if (refusals.length === 0) continue;
      report.warn(`${plan.name}: sales to demo guests refused: ${refusals.length} (${refusals[0]})`);
    }
  }
}

/** @returns why sales were refused, one text for each */
async function sellTo(operator: ApiClient, event: DemoEvent, ticketType: string, count: number): Promise<string[]> {
  const lots = Array.from({ length: Math.ceil(count / event.limitPerBuyer) }, (_, i) =>
    Math.min(event.limitPerBuyer, count - i * event.limitPerBuyer),
  );
  const sales = lots.map(async (quantity, i) => {
    const params = { header: { 'Idempotency-Key': `demo-${event.id}-${ticketType}-${i}` } };
    const payment = { method: 'pm_card_visa' };
    const body = { eventId: event.id, ticketType, quantity, userId: `demo-guest-${i}`, payment };
    const { error, response } = await operator.POST('/api/tickets/purchase', { params, body });
    return error === undefined ? [] : [`${response.status} ${problemText(error)}`.trimEnd()];
  });
  return (await Promise.all(sales)).flat();
}

async function listEvents(client: ApiClient): Promise<DemoEvent[]> {
  const all: DemoEvent[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { limit: PAGE_SIZE, ...(after !== undefined && { after }) };
    const { events, next } = await expectData('listing the events', client.GET('/api/events', { params: { query } }));
    all.push(...events);
    if (next === null) break;
    after = next;
  }
  return all;
}
