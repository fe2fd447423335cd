import type { ApiClient, Schema } from '@box-office/api-client';
import { expectData } from './api.js';

const DAY_MS = 86_400_000;
const PAGE_SIZE = 100;
const MAX_PAGES = 50;
/** An event with fewer tickets left than this gets more. */
const MIN_AVAILABLE = 50;
const ADDED_TICKETS = 1_000;
const MAX_TOTAL = 900_000;

export type DemoEvent = Schema<'Event'>;

interface Plan {
  readonly name: string;
  readonly description: string;
  readonly venue: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly inDays: number;
  readonly hours: number;
  readonly ticketTypes: readonly { readonly name: string; readonly priceMinor: number; readonly total: number }[];
}

/** The first is the one that the demonstration buys for. */
const CATALOGUE: readonly Plan[] = [
  {
    name: 'Harbour Lights Open Air',
    description: 'An evening of brass and strings on the quay.',
    venue: 'Pier 7',
    timeZone: 'Europe/Copenhagen',
    currency: 'EUR',
    inDays: 60,
    hours: 4,
    ticketTypes: [
      { name: 'Standing', priceMinor: 4_500, total: 500 },
      { name: 'Balcony', priceMinor: 7_900, total: 120 },
    ],
  },
  {
    name: 'The Clockmaker’s Daughter',
    description: 'A play in three acts.',
    venue: 'Old Town Theatre',
    timeZone: 'Europe/Vienna',
    currency: 'EUR',
    inDays: 45,
    hours: 3,
    ticketTypes: [{ name: 'Stalls', priceMinor: 3_800, total: 150 }],
  },
];

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
  const ticketTypes = [{ ...first, total: first.total + ADDED_TICKETS }, ...others].map((type) => ({
    name: type.name,
    priceMinor: type.priceMinor,
    total: type.total,
  }));
  const params = { path: { id: event.id } };
  const call = operator.PATCH('/api/events/{id}', { params, body: { ticketTypes } });
  return expectData(`adding tickets to event ${event.id}`, call);
}

async function createEvent(operator: ApiClient, plan: Plan, now: Date): Promise<DemoEvent> {
  const { inDays, hours, ticketTypes, ...details } = plan;
  const startsAt = new Date(Math.ceil(now.getTime() / DAY_MS) * DAY_MS + inDays * DAY_MS + 19 * 3_600_000);
  const endsAt = new Date(startsAt.getTime() + hours * 3_600_000);
  const times = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
  const body = { ...details, ...times, ticketTypes: [...ticketTypes] };
  return expectData(`creating the event “${plan.name}”`, operator.POST('/api/events', { body }));
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
