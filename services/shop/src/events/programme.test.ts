import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, startGateway } from '../testing/gateway.js';

/** 70 evenings from 1 June 2035 on; each seventh is free and in another place. */
const EVENTS = Array.from({ length: 70 }, (_, i) => {
  const startsAt = new Date(Date.UTC(2035, 5, 1 + i, 17)).toISOString();
  const endsAt = new Date(Date.UTC(2035, 5, 2 + i, 1)).toISOString();
  const [name, id] = [`Evening ${i + 1}`, String(i + 1)];
  const priceMinor = i % 7 === 0 ? 0 : 4_800;
  const ticketTypes = EVENT.ticketTypes.map((type) => ({ ...type, priceMinor }));
  return { ...EVENT, id, name, startsAt, endsAt, ticketTypes, venue: i % 7 === 0 ? 'City Park' : 'Pier 7' };
});
const FAIR = { ...EVENT, id: '99', name: 'Fair', startsAt: '2035-05-01T08:00:00Z', endsAt: '2035-06-02T16:00:00Z' };

let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  gateway = await startGateway({ '/api/events': { events: [...EVENTS, FAIR], next: null } }, 'unknown-event');
});
afterAll(() => gateway.close());

const read = async (path: string): Promise<string> => {
  const app = await appWith({ API_URL: gateway.url });
  return (await app.request(path, { headers: { 'accept-language': 'en' } })).text();
};
const namesOn = (page: string): string[] =>
  [...page.matchAll(/<h2><a href="\/events\/\d+">([^<]*)<\/a>/g)].map(([, name = '']) => name);
const linkOn = (page: string, rel: 'prev' | 'next'): string | undefined =>
  new RegExp(`<a rel="${rel}" href="([^"]*)"`).exec(page)?.[1]?.replaceAll('&amp;', '&');

describe('the programme', () => {
  it('has pages of 30, each linked from the one before and after', async () => {
    let path: string | undefined = '/';
    const pages: string[] = [];
    while (path !== undefined) {
      pages.push(await read(path));
      path = linkOn(pages.at(-1) ?? '', 'next');
    }
    expect(pages.map((page) => namesOn(page).length)).toEqual([30, 30, 11]);
    expect(new Set(pages.flatMap(namesOn)).size).toBe(71);
    expect(pages.map((page) => linkOn(page, 'prev'))).toEqual([undefined, '/', '/?page=2']);
    expect(namesOn(await read('/?page=99'))).toHaveLength(11);
    expect(namesOn(await read('/?page=x'))).toHaveLength(30);
  });

  it('keeps each filter while another one is used, and on its pages', async () => {
    const free = await read('/?show=free&place=City+Park&from=2035-06-01');
    expect(namesOn(free)).toHaveLength(10);
    // The first button of the form is the one that searches.
    expect(/<button[^>]*>/.exec(free.slice(free.indexOf('role="search"')))?.[0]).toContain('name="show" value="free"');
    expect(free).toContain('<option value="City Park" selected="">');
    expect(free).toContain('name="from" value="2035-06-01"');
    const next = linkOn(await read('/?q=evening&show=available&place=Pier+7'), 'next');
    expect(next).toBe('/?q=evening&show=available&place=Pier+7&page=2');
    expect(namesOn(await read(next ?? ''))).toHaveLength(30);
  });

  it('of certain days has what takes place then, in the zone of the event', async () => {
    expect(namesOn(await read('/?from=2035-06-02&to=2035-06-03'))).toEqual(['Fair', 'Evening 2', 'Evening 3']);
    expect(namesOn(await read('/?to=2035-05-31'))).toEqual(['Fair']);
    expect(namesOn(await read('/?from=2035-08-09'))).toEqual(['Evening 70']);
    expect(namesOn(await read('/?from=tomorrow'))).toHaveLength(30);
  });

  it('says that nothing was found, and leads back to everything', async () => {
    const page = await read('/?q=opera&show=free');
    expect(page).toContain('No event matches');
    expect(page).toContain('<a href="/">Remove search and filters</a>');
    expect(namesOn(await read('/?place=Closed+Hall'))).toEqual([]);
  });
});

it('has no choice of places where there is only one', async () => {
  const one = await startGateway({ '/api/events': { events: [EVENT], next: null } }, 'unknown-event');
  const app = await appWith({ API_URL: one.url });
  expect(await (await app.request('/')).text()).not.toContain('name="place"');
  await one.close();
});
