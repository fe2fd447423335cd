import type { ApiClient } from '@box-office/api-client';
import { describe, expect, it, vi } from 'vitest';
import { createCatalogue } from './catalogue.js';

const DAY_MS = 86_400_000;
/** The gateway reads so many events for a page of a search. */
const READ_AT_ONCE = 500;

/** A gateway with so many events that are over, and then so many that are to come. */
function gatewayWith(past: number, toCome: number): ApiClient {
  const ends = (i: number): string => new Date(Date.now() + (i < past ? -DAY_MS : DAY_MS)).toISOString();
  const events = Array.from({ length: past + toCome }, (_, i) => ({ id: String(i), endsAt: ends(i) }));
  const list = (_: string, o: { params: { query: { limit: number; endsFrom?: string; after?: string } } }) => {
    const { limit, endsFrom = '', after } = o.params.query;
    const read = events.slice(after === undefined ? 0 : Number(after) + 1).slice(0, READ_AT_ONCE);
    const found = read.filter(({ endsAt }) => endsAt >= endsFrom);
    const last = (found.length > limit ? found[limit - 1] : read.at(-1))?.id;
    const next = last === undefined || Number(last) === events.length - 1 ? null : last;
    return Promise.resolve({ data: { events: found.slice(0, limit), next }, response: new Response() });
  };
  return { GET: list } as unknown as ApiClient;
}

async function listWith(past: number, toCome: number) {
  const warn = vi.fn();
  const reply = await createCatalogue(gatewayWith(past, toCome), { warn }).list();
  return { ids: reply.ok ? reply.data.map(({ id }) => id) : [], warnings: warn.mock.calls.length };
}

it('an event to come is listed, however many are over', async () => {
  expect(await listWith(2_000, 1)).toEqual({ ids: ['2000'], warnings: 0 });
  expect(await listWith(20_000, 3)).toEqual({ ids: ['20000', '20001', '20002'], warnings: 0 });
});

it('the log says that there are more events than are listed', async () => {
  const { ids, warnings } = await listWith(0, 2_001);
  expect([ids.length, warnings]).toEqual([2_000, 1]);
  expect(await listWith(0, 2_000)).toMatchObject({ warnings: 0 });
});

describe('an event by an id that anybody may have made up', () => {
  /** A gateway that has the event 1, as the service and as a visitor asks it. It answers with a status, or not at all (0). */
  function clients() {
    const asked = { service: [] as string[], visitor: [] as string[] };
    let status = 404;
    const clientOf = (by: keyof typeof asked): ApiClient => {
      const get = (_: string, { params }: { params: { path: { id: string } } }) => {
        const { id } = params.path;
        asked[by].push(id);
        if (id === '1' && status === 404) return Promise.resolve({ data: { id }, response: new Response() });
        const kind = status === 429 ? 'rate-limited' : 'unknown-event';
        const error = { type: `https://example.com/problems/${kind}`, title: kind, status };
        return status === 0
          ? Promise.reject(new Error('no answer'))
          : Promise.resolve({ error, response: new Response() });
      };
      return { GET: get } as unknown as ApiClient;
    };
    const catalogue = createCatalogue(clientOf('service'), { warn: vi.fn() });
    const visitor = clientOf('visitor');
    return { asked, catalogue, visitor, answerWith: (next: number): void => void (status = next) };
  }

  it('is asked for as its visitor, who uses up no limit of the service', async () => {
    const { asked, catalogue, visitor } = clients();
    for (let i = 0; i < 20; i++) expect((await catalogue.event(`random-${i}`, { visitor })).ok).toBe(false);
    expect([asked.service.length, asked.visitor.length]).toEqual([0, 20]);
  });

  it('is read once for all visitors from when it was found', async () => {
    const { asked, catalogue, visitor } = clients();
    await catalogue.event('1', { visitor });
    for (let i = 0; i < 20; i++) expect((await catalogue.event('1', { visitor })).ok).toBe(true);
    expect([asked.service.length, asked.visitor.length]).toEqual([1, 1]);
  });

  it.each([
    ['a limit', 429],
    ['no answer', 0],
  ])('is shown to the next reader after one who met %s', async (_, status) => {
    const { catalogue, visitor, answerWith } = clients();
    await catalogue.event('1', { visitor });
    answerWith(status);
    expect((await catalogue.event('1', { visitor })).ok).toBe(false);
    answerWith(404);
    expect((await catalogue.event('1', { visitor })).ok).toBe(true);
  });
});
