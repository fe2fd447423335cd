import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, startGateway } from '../testing/gateway.js';

const SALE_STARTS_AT = '2035-06-01T08:00:00.000Z';
const SOLD_OUT = { name: 'Child', priceMinor: 2_400, taxRatePpm: 0, fee: null, total: 10, available: 0 };

let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  gateway = await startGateway(
    {
      '/api/events/1': EVENT,
      '/api/events/2': { ...EVENT, id: '2', saleStartsAt: SALE_STARTS_AT },
      '/api/events/3': { ...EVENT, id: '3', ticketTypes: [SOLD_OUT] },
      '/api/events/5': { ...EVENT, id: '5', status: 'closed' },
      '/api/events/7': { ...EVENT, id: '7', ticketTypes: [{ ...SOLD_OUT, priceMinor: 0, available: 10 }] },
      '/api/events/6': { ...EVENT, id: '6', status: 'cancelled' },
      '/api/events/4': { ...EVENT, id: '4', ticketTypes: [...EVENT.ticketTypes, SOLD_OUT] },
    },
    'unknown-event',
  );
});
afterAll(() => gateway.close());

const read = async (path: string, language = 'en'): Promise<string> => {
  const app = await appWith({ API_URL: gateway.url });
  return (await app.request(path, { headers: { 'accept-language': language } })).text();
};
async function firstOfStream(path: string): Promise<string> {
  const app = await appWith({ API_URL: gateway.url });
  const { body } = await app.request(path, { headers: { 'accept-language': 'en' } });
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}
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

describe('what is left', () => {
  it('of a sold-out event is watched, and the page says whether it still is', async () => {
    const page = await read('/events/3');
    expect(page).toMatch(/<div [^>]*data-live="\/events\/3\/live" data-reload[^>]* data-stale="Not live since/);
    expect(page).toContain('data-live-state="Availability is live."');
  });

  it('of a sold-out type can be chosen once a ticket comes back', async () => {
    const hidden = /data-stepper="true"( hidden="")?><button[^>]*value="quantity\.(\w+)"/g;
    const steppers = [...(await read('/events/4?quantity.Child=2')).matchAll(hidden)];
    expect(steppers.map(([, isHidden, type]) => [type, isHidden !== undefined])).toEqual([
      ['Adult', false],
      ['Child', true],
    ]);
  });

  it('of all types together is on the bar at the foot, and in the stream', async () => {
    expect(await read('/events/4')).toMatch(/<span class="badge[^"]*" data-sale="">Few left<\/span>/);
    expect(await firstOfStream('/events/3/live')).toContain('"sale":{"tone":"off","text":"Sold out"}');
  });

  it.each([
    ['5', 'Sale paused'],
    ['6', 'Cancelled'],
    ['2', 'On sale from '],
  ])('of event %s is nothing in the stream, with the reason: %s', async (id, text) => {
    const stream = await firstOfStream(`/events/${id}/live`);
    const { open, types } = JSON.parse(/data: (.*)/.exec(stream)?.[1] ?? '') as { open: boolean; types: unknown };
    const type = { name: 'Adult', text: expect.stringContaining(text) as string, max: 0 };
    expect({ open, types }).toMatchObject({ open: false, types: [type] });
  });
});

it('an event whose tickets are free says nothing of paying', async () => {
  const page = textOf(await read('/events/7'));
  expect(page).toContain('Continue to your details');
  expect(page).not.toMatch(/payment|while you pay|charged/i);
});
