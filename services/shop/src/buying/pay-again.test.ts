import { afterAll, beforeAll, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { activeHold, EVENT, startGateway } from '../testing/gateway.js';

const ID = '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21';
const KEY = '0c7f0a5e-3c1e-4f0a-9d54-7be94a2d8b21';

let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  const hold = activeHold(ID, 'guest-1');
  const bodies = { '/api/events/1': EVENT, [`/api/tickets/holds/${ID}`]: hold, '/api/contact': {} };
  gateway = await startGateway(bodies, 'idempotency-key-reused');
});
afterAll(() => gateway.close());

it('a form whose key a declined payment has used up is shown again with another key, as it was filled in', async () => {
  const app = await appWith({ API_URL: gateway.url, SHOP_TEST_PAYMENTS: 'true' });
  const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
  const answer = await app.request(`/checkout/${ID}`, {
    method: 'POST',
    headers: { cookie, origin: 'http://localhost' },
    body: new URLSearchParams({
      key: KEY,
      method: 'pm_approve',
      amount: '4800',
      name: 'Ann Lee',
      email: 'a@b.example',
    }),
  });
  expect(answer.status).toBe(409);
  const page = await answer.text();
  expect(page).toContain('Your last payment was not made');
  expect(page).toContain('value="Ann Lee"');
  expect(page).toMatch(/name="key" value="[\w-]{36}"/);
  expect(page).not.toContain(KEY);
  expect(page).toMatch(/value="pm_approve"[^>]* checked/);
});
