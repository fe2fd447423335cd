import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, startGateway } from '../testing/gateway.js';

const SALE_STARTS_AT = '2035-06-01T08:00:00.000Z';

let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  gateway = await startGateway(
    { '/api/events/1': EVENT, '/api/events/2': { ...EVENT, id: '2', saleStartsAt: SALE_STARTS_AT } },
    'unknown-event',
  );
});
afterAll(() => gateway.close());

const read = async (path: string, language = 'en'): Promise<string> => {
  const app = await appWith({ API_URL: gateway.url });
  return (await app.request(path, { headers: { 'accept-language': language } })).text();
};
const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');

describe('a deadline', () => {
  it('is in the zone of the event, which is named, as an instant that scripts can read', async () => {
    const page = await read('/events/2');
    expect(textOf(page)).toContain('from Friday, 1 June 2035, 10:00 (Central European Time).');
    expect(page).toContain(`<time datetime="${SALE_STARTS_AT}">`);
    expect(textOf(await read('/events/1'))).toContain('until Wednesday, 6 June 2035, 19:00 (Central European Time)');
  });

  it('reads well in German', async () => {
    expect(textOf(await read('/events/2', 'de'))).toContain(
      'Freitag, 1. Juni 2035, 10:00 Uhr (Mitteleuropäische Zeit).',
    );
  });
});

describe('a sale that has not started', () => {
  it('is watched by its page, which comes again when it starts', async () => {
    expect(await read('/events/2')).toMatch(/<div [^>]*data-live="\/events\/2\/live" data-reload[^>]* data-stale=/);
  });

  it('is an entry of a calendar with a reminder; the event has none', async () => {
    expect(await read('/events/2/sale.ics')).toContain('TRIGGER:-PT15M');
    expect(await read('/events/2/calendar.ics')).not.toContain('VALARM');
  });
});
