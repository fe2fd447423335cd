import { afterEach, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, startGateway } from '../testing/gateway.js';

const KEY = '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21';

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

it.each([
  ['beside its field', 1, true],
  ['above the form, where it has no field any more', 0, false],
])('that a ticket type is sold out is said %s', async (_, available, hasField) => {
  const [adult] = EVENT.ticketTypes;
  const ticketTypes = [
    { ...adult, available },
    { ...adult, name: 'Child' },
  ];
  const gateway = await startGateway({ '/api/events/1': { ...EVENT, ticketTypes } }, 'not-found');
  ({ close } = gateway);
  gateway.refuseWith({ problem: 'sold-out', status: 409, members: { ticketType: 'Adult' } });
  const app = await appWith({ API_URL: gateway.url });
  const headers = { origin: 'http://localhost' };
  const body = new URLSearchParams({ key: KEY, 'quantity.Adult': '1' });
  const page = await (await app.request('/events/1/hold', { method: 'POST', headers, body })).text();
  expect(page).toMatch(/role="alert"/);
  expect(page).toContain('Someone was faster');
  expect(page.includes('href="#quantity-0"')).toBe(hasField);
});
