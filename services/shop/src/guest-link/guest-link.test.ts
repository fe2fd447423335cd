import { afterEach, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { startGateway } from '../testing/gateway.js';

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

it.each([
  ['unavailable', 503, '/guest-link?token=a.b'],
  ['rate-limited', 429, '/guest-link?token=a.b'],
  ['unknown-guest-link', 404, '/find-orders'],
])('a guest link that is refused as %s (%i) leads to %s', async (problem, status, to) => {
  const gateway = await startGateway({}, 'not-found');
  ({ close } = gateway);
  gateway.refuseWith({ problem, status });
  const app = await appWith({ API_URL: gateway.url });
  const headers = { origin: 'http://localhost', referer: 'http://localhost/' };
  const body = new URLSearchParams({ token: 'a.b' });
  const answer = await app.request('/guest-link', { method: 'POST', headers, body });
  const page = await answer.text();
  expect(answer.status).toBe(status);
  expect(page).toContain(`<a class="button" href="${to}"`);
  expect(page).toContain('name="back" value="/guest-link?token=a.b"');
});
