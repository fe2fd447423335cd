import { expect } from 'vitest';
import type { EventView } from '../event/schema.js';
import { openTestGateway, standard, tokenOf, type TestGateway } from './gateway.js';

/** A gateway with an operator, and requests about events. */
export interface EventFixture {
  readonly test: TestGateway;
  /** The operator's token. */
  readonly operator: string;
  show(id: string): Promise<Response>;
  shown(id: string): Promise<EventView>;
  change(id: string, body: object, o?: { token?: string; headers?: Record<string, string> }): Promise<Response>;
  /** Creates an event with these changes of a valid body. */
  create(changes?: object, o?: { token?: string; headers?: Record<string, string> }): Promise<Response>;
  created(changes?: object): Promise<EventView>;
  statistics(id: string, query?: string): Promise<Response>;
}

const VALID_EVENT = {
  name: 'Concert',
  venue: 'Hall',
  startsAt: '2030-06-01T19:00:00Z',
  endsAt: '2030-06-01T22:00:00Z',
  timeZone: 'Europe/Vienna',
  currency: 'EUR',
  ticketTypes: [standard(5)],
};

export async function openEventFixture(): Promise<EventFixture> {
  const test = await openTestGateway();
  const operator = await tokenOf('op', { role: 'operator' });
  const show: EventFixture['show'] = (id) => test.request('GET', `/api/events/${id}`);
  const create: EventFixture['create'] = (changes = {}, o = {}) =>
    test.request('POST', '/api/events', { token: operator, body: { ...VALID_EVENT, ...changes }, ...o });
  return {
    test,
    operator,
    show,
    create,
    shown: async (id) => (await (await show(id)).json()) as EventView,
    change: (id, body, o = {}) => test.request('PATCH', `/api/events/${id}`, { token: operator, body, ...o }),
    created: async (changes) => (await (await create(changes)).json()) as EventView,
    statistics: (id, query = '') => test.request('GET', `/api/events/${id}/statistics${query}`, { token: operator }),
  };
}

/** The faults that a 422 names. */
export async function faultsOf(response: Response): Promise<readonly { path: string; message: string }[]> {
  const problem = (await response.json()) as { status: number; errors: { path: string; message: string }[] };
  expect(problem.status).toBe(422);
  return problem.errors;
}
