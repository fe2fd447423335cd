import { expectStatus, type GatewayClient } from './gateway-client.js';

const DAY_MS = 86_400_000;
const PAGE_SIZE = 100;
const MOST_PAGES = 50;
/** An event with less room than this is nearly sold, and gets more. */
const ENOUGH_ROOM = 50;
const ADDED_AT_ONCE = 1_000;
const LARGEST_TOTAL = 900_000;

/** The part of the gateway's view of an event that matters here. */
export interface DemoEvent {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly startsAt: string;
  readonly currency: string;
  readonly ticketTypes: readonly {
    readonly name: string;
    readonly priceMinor: number;
    readonly total: number;
    /** Null while it is being counted anew. */
    readonly available: number | null;
  }[];
}

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

/** Creates the demo events that are not there or are over, and gives one that has room for buyers. */
export async function prepareDemoEvents(operator: GatewayClient, now: Date): Promise<DemoEvent> {
  const existing = await listEvents(operator);
  const current: DemoEvent[] = [];
  for (const plan of CATALOGUE) {
    const known = existing.findLast((event) => event.name === plan.name && isCurrent(event, now));
    current.push(known ?? (await createEvent(operator, plan, now)));
  }
  const [first] = current;
  if (first === undefined) throw new Error('the catalogue is empty');
  return withRoom(operator, first, now);
}

const isCurrent = (event: DemoEvent, now: Date): boolean =>
  event.status === 'on_sale' && Date.parse(event.startsAt) - now.getTime() > DAY_MS;

async function withRoom(operator: GatewayClient, event: DemoEvent, now: Date): Promise<DemoEvent> {
  const [first, ...others] = event.ticketTypes;
  if (first === undefined || first.available === null || first.available >= ENOUGH_ROOM) return event;
  const [plan] = CATALOGUE;
  if (first.total + ADDED_AT_ONCE > LARGEST_TOTAL && plan) return createEvent(operator, plan, now);
  const ticketTypes = [{ ...first, total: first.total + ADDED_AT_ONCE }, ...others].map((type) => ({
    name: type.name,
    priceMinor: type.priceMinor,
    total: type.total,
  }));
  const reply = await operator.patch(`/api/events/${event.id}`, { ticketTypes });
  expectStatus(`making room in event ${event.id}`, reply, 200);
  return reply.body as DemoEvent;
}

async function createEvent(operator: GatewayClient, plan: Plan, now: Date): Promise<DemoEvent> {
  const { inDays, hours, ...facts } = plan;
  const startsAt = new Date(Math.ceil(now.getTime() / DAY_MS) * DAY_MS + inDays * DAY_MS + 19 * 3_600_000);
  const endsAt = new Date(startsAt.getTime() + hours * 3_600_000);
  const reply = await operator.post('/api/events', { ...facts, startsAt, endsAt });
  expectStatus(`creating the event “${plan.name}”`, reply, 201);
  return reply.body as DemoEvent;
}

async function listEvents(client: GatewayClient): Promise<DemoEvent[]> {
  const all: DemoEvent[] = [];
  let after = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const reply = await client.get(`/api/events?limit=${PAGE_SIZE}${after}`);
    expectStatus('listing the events', reply, 200);
    const { events, next } = reply.body as { events: DemoEvent[]; next: string | null };
    all.push(...events);
    if (next === null) return all;
    after = `&after=${encodeURIComponent(next)}`;
  }
  return all;
}
