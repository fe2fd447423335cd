import { afterEach, describe, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, startGateway } from '../testing/gateway.js';

const TICKET_ID = '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21';
const OFFERED = {
  ticketId: TICKET_ID,
  eventId: '1',
  ticketType: 'Adult',
  serial: 1,
  offeredUntil: '2035-06-06T17:00:00.000Z',
};
const ACCEPT = '/api/ticket-transfers/accept';
const BEN = { name: 'Ben Gray', email: 'ben@example.com' };

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

/** The shop with an offer, whose gateway keeps contacts or refuses them, and accepts tickets or not. */
async function shop(o: { refuses?: object; accepts?: false } = {}) {
  const bodies = {
    '/api/events/1': EVENT,
    '/api/ticket-transfers/show': OFFERED,
    ...(o.accepts !== false && { [ACCEPT]: { ticketId: TICKET_ID } }),
    ...(o.refuses === undefined && { '/api/contact': BEN }),
  };
  const gateway = await startGateway(bodies, 'unknown-contact');
  if (o.refuses) gateway.refuseWith({ problem: 'invalid-request', status: 422, members: o.refuses });
  ({ close } = gateway);
  const app = await appWith({ API_URL: gateway.url });
  const opened = await app.request('/transfer?code=x');
  const cookie = opened.headers.get('set-cookie') ?? '';
  return {
    gateway,
    accept: (headers: Record<string, string>, fields: Record<string, string> = BEN) =>
      app.request('/transfer', {
        method: 'POST',
        body: new URLSearchParams({ code: 'x', ...fields }),
        headers: { origin: 'http://localhost', ...headers },
      }),
    cookie,
  };
}

describe('accepting a ticket', () => {
  it('keeps name and address, then takes the ticket over', async () => {
    const { gateway, accept, cookie } = await shop();
    gateway.asked.length = 0;
    const answer = await accept({ cookie });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/tickets/${TICKET_ID}`]);
    expect(gateway.asked).toEqual(['/api/contact', ACCEPT]);
  });

  it('without a cookie takes nothing over, says why, and keeps what was entered', async () => {
    const { gateway, accept } = await shop();
    const answer = await accept({});
    const page = await answer.text();
    expect([answer.status, page.includes('kept no cookie'), page.includes(BEN.email)]).toEqual([422, true, true]);
    expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'strict-origin',
    ]);
    expect(gateway.asked).not.toContain(ACCEPT);
  });

  it('without an address takes nothing over, and says so beside the field', async () => {
    const { gateway, accept, cookie } = await shop({ refuses: { errors: [{ path: 'email' }] } });
    const answer = await accept({ cookie }, { name: 'Ben Gray', email: '' });
    expect([answer.status, (await answer.text()).includes('id="email-error"')]).toEqual([422, true]);
    expect(gateway.asked).not.toContain(ACCEPT);
  });

  it.each([
    ['unavailable', 503, '/transfer?code=x'],
    ['rate-limited', 429, '/transfer?code=x'],
    ['unknown-transfer', 404, '/'],
  ])('that is refused as %s (%i) leads to %s, and the language is changed at the link', async (problem, status, to) => {
    const { gateway, accept, cookie } = await shop({ accepts: false });
    gateway.refuseWith({ problem, status });
    const answer = await accept({ cookie, referer: 'http://localhost/' });
    const page = await answer.text();
    expect(answer.status).toBe(status);
    expect(page).toMatch(new RegExp(`<a class="button" href="${to.replace('?', '\\?')}"`));
    expect(page).toContain('name="back" value="/transfer?code=x"');
  });

  it('that is refused for a field keeps its link when the language is changed', async () => {
    const { accept, cookie } = await shop({ refuses: { errors: [{ path: 'email' }] } });
    const page = await (await accept({ cookie, referer: 'http://localhost/' })).text();
    expect(page).toContain('name="back" value="/transfer?code=x"');
  });
});

it('the page that shows the link of an offer is kept by no cache', async () => {
  const ticket = { ...OFFERED, userId: 'somebody', status: 'valid', code: 'A', offeredUntil: null };
  const bodies = {
    '/api/events/1': EVENT,
    [`/api/tickets/${TICKET_ID}`]: ticket,
    '/api/ticket-transfers': { code: 'x', offeredUntil: OFFERED.offeredUntil },
  };
  const gateway = await startGateway(bodies, 'not-found');
  ({ close } = gateway);
  const app = await appWith({ API_URL: gateway.url });
  const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
  const headers = { cookie, origin: 'http://localhost' };
  const answer = await app.request(`/tickets/${TICKET_ID}/give-away`, { method: 'POST', headers });
  expect(await answer.text()).toContain('/transfer?code=x');
  expect(answer.headers.get('cache-control')).toBe('no-store');
});
