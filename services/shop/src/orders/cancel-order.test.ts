import { afterEach, describe, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, startGateway } from '../testing/gateway.js';

const ID = '7be94a2d-3c1e-4f0a-9d54-0c7f0a5e8b21';
const [A, B] = ['0c7f0a5e-3c1e-4f0a-9d54-7be94a2d8b21', '1c7f0a5e-3c1e-4f0a-9d54-7be94a2d8b21'] as const;
const ADMISSION = { admittedAt: '2035-06-06T17:00:00.000Z', gate: 'North' };
const REFUND = {
  purchaseId: ID,
  tickets: [{}],
  pricesMinor: 4_800,
  withheldMinor: 0,
  returnedFeesMinor: 0,
  keptFeesMinor: 0,
  refundMinor: 4_800,
  currency: 'EUR',
};

let close: () => Promise<void>;
afterEach(() => close());

/** The pages of an order with these tickets. */
async function openOrder(
  admitted: Readonly<Record<string, object | null>>,
  o: { status?: string; event?: object; refund?: object } = {},
) {
  const tickets = Object.keys(admitted).map((ticketId, i) => ({
    ticketId,
    ticketType: 'Adult',
    serial: i + 1,
    status: 'valid',
  }));
  const { status = 'confirmed', event, refund } = o;
  const bodies = {
    '/api/events/1': { ...EVENT, ...event },
    [`/api/purchases/${ID}`]: { purchaseId: ID, eventId: '1', userId: 'guest-1', status, tickets },
    [`/api/purchases/${ID}/tickets`]: {
      tickets: tickets.map((one) => ({ ...one, transferred: false, admission: admitted[one.ticketId] })),
    },
    ...(refund && { [`/api/purchases/${ID}/refund`]: refund }),
  };
  const gateway = await startGateway(bodies, 'nothing-to-cancel');
  ({ close } = gateway);
  const app = await appWith({ API_URL: gateway.url });
  const cookie = (await app.request('/transfer')).headers.get('set-cookie') ?? '';
  const read = async (request: Promise<Response> | Response) => {
    const answer = await request;
    const html = await answer.text();
    const text = html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    return { status: answer.status, location: answer.headers.get('location'), html, text };
  };
  return {
    ...gateway,
    ask: (query = '') => read(app.request(`/orders/${ID}/cancel${query}`, { headers: { cookie } })),
    send: (fields: [string, string][]) => {
      const headers = { cookie, origin: 'http://localhost' };
      return read(app.request(`/orders/${ID}/cancel`, { method: 'POST', headers, body: new URLSearchParams(fields) }));
    },
  };
}

describe('an order that cannot be cancelled any more says why', () => {
  it('because its tickets were used at the door, and offers no others', async () => {
    const order = await openOrder({ [A]: ADMISSION });
    order.refuseWith({ problem: 'ticket-admitted', status: 409 });
    for (const page of [await order.ask(), await order.send([['ticket', A]])]) {
      expect(page.status).toBe(409);
      expect(page.text).toContain('A ticket that was used at the door cannot be cancelled any more.');
      expect(page.text).not.toMatch(/below|others/);
      expect(page.html).toContain(`href="/orders/${ID}"`);
    }
  });

  it('because it is too late, and until when it was possible', async () => {
    const order = await openOrder({ [A]: null });
    const members = { until: '2035-06-06T10:00:00.000Z' };
    order.refuseWith({ problem: 'cancellation-too-late', status: 409, members });
    const page = await order.ask();
    expect(page.status).toBe(409);
    expect(page.text).toContain('This order could be cancelled until Wednesday, 6 June 2035, 12:00.');
    expect(page.text).toContain('Your tickets stay valid.');
  });

  it.each(['cancelled', 'cancelling', 'declined'])('because it is %s', async (status) => {
    const order = await openOrder({}, { status });
    order.refuseWith({ problem: 'nothing-to-cancel', status: 409 });
    const page = await order.ask();
    expect([page.status, page.text]).toEqual([409, expect.stringContaining('There is nothing left to cancel')]);
  });

  it('because its event is cancelled and all is refunded', async () => {
    const page = await (await openOrder({ [A]: null }, { event: { status: 'cancelled' }, refund: REFUND })).ask();
    expect([page.status, page.text]).toEqual([409, expect.stringContaining('All tickets are refunded in full')]);
  });
});

describe('tickets of which some cannot be cancelled', () => {
  it('say so, and the one that is left is offered as it is', async () => {
    const order = await openOrder({ [A]: ADMISSION, [B]: null }, { refund: REFUND });
    order.refuseWith({ problem: 'ticket-admitted', status: 409 });
    const page = await order.send([
      ['ticket', A],
      ['ticket', B],
      ['refund', '9600'],
    ]);
    expect(page.status).toBe(409);
    expect(page.text).toContain('Nothing was cancelled. The ticket below can still be cancelled.');
    expect(page.html).toContain(`<input type="hidden" name="ticket" value="${B}"`);
    expect(page.text).toContain('Cancel and refund');
  });

  it('leave a choice if there is one', async () => {
    const order = await openOrder({ [A]: null, [B]: null }, { refund: REFUND });
    order.refuseWith({ problem: 'ticket-transferred', status: 409 });
    const page = await order.send([
      ['ticket', A],
      ['refund', '4800'],
    ]);
    expect([page.status, page.text]).toEqual([409, expect.stringContaining('Choose among the tickets below.')]);
    const none = await order.send([['refund', '4800']]);
    expect([none.status, none.text]).toEqual([422, expect.stringContaining('Choose at least one ticket to cancel.')]);
  });

  it('say beside the choice that nothing is chosen, and lead there', async () => {
    const order = await openOrder({ [A]: null, [B]: null }, { refund: REFUND });
    const { html } = await order.send([['refund', '4800']]);
    expect(html).toContain('<a href="#tickets">Choose at least one ticket to cancel.</a>');
    expect(html).toContain('<fieldset class="field" aria-describedby="tickets-error">');
    expect(html).toMatch(/<p class="field-error" id="tickets-error">\s*Choose at least one ticket to cancel\./);
    expect(html.match(/<input type="checkbox"[^>]* aria-invalid="true"/g)).toHaveLength(2);
    expect(html).toMatch(/<input type="checkbox" id="tickets"/);
    expect((await order.ask()).html).not.toMatch(/aria-(?:invalid|describedby)/);
  });
});
