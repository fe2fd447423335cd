import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
beforeAll(async () => {
  test = await openTestGateway();
});
afterAll(() => test.close());

interface Page {
  readonly purchases?: readonly { readonly purchaseId: string; readonly status: string; readonly userId: string }[];
  readonly holds?: readonly { readonly holdId: string; readonly status: string }[];
  readonly next: string | null;
}

async function list(path: string, token: string): Promise<Page> {
  const response = await test.request('GET', path, { token });
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

const buyer = async (role?: string) => {
  const subject = `buyer_${randomUUID()}`;
  return { subject, token: await tokenOf(subject, role === undefined ? {} : { role }) };
};

async function bought(eventId: string, token: string, method = 'pm_approve'): Promise<string> {
  const response = await test.buy({ eventId, quantity: 1, payment: { method } }, { token });
  return ((await response.json()) as { purchaseId: string }).purchaseId;
}

const idsOf = ({ purchases = [] }: Page): string[] => purchases.map(({ purchaseId }) => purchaseId);

describe('a list of purchases', () => {
  it('is a buyer’s own, newest first, in pages that lose and double nothing', async () => {
    const event = await test.createEvent([standard(20)]);
    const [ann, ben] = [await buyer(), await buyer()];
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift(await bought(event.id, ann.token));
    await bought(event.id, ben.token);
    const first = await list('/api/purchases?limit=2', ann.token);
    const second = await list(`/api/purchases?limit=2&after=${first.next}`, ann.token);
    const third = await list(`/api/purchases?limit=2&after=${second.next}`, ann.token);
    expect([first, second, third].flatMap(idsOf)).toEqual(ids);
    expect(third.next).toBeNull();
  });

  it('may be filtered by event and status', async () => {
    const [event, other] = [await test.createEvent([standard(20)]), await test.createEvent([standard(20)])];
    const ann = await buyer();
    const confirmed = await bought(event.id, ann.token);
    const declined = await bought(event.id, ann.token, 'pm_decline');
    const elsewhere = await bought(other.id, ann.token);
    expect(idsOf(await list(`/api/purchases?eventId=${event.id}`, ann.token))).toEqual([declined, confirmed]);
    expect(idsOf(await list('/api/purchases?status=confirmed', ann.token))).toEqual([elsewhere, confirmed]);
    expect(idsOf(await list(`/api/purchases?eventId=${event.id}&status=declined`, ann.token))).toEqual([declined]);
    expect(idsOf(await list('/api/purchases?status=open', ann.token))).toEqual([]);
  });

  it('is for operators of an event or of a buyer or of both, and never of all', async () => {
    const event = await test.createEvent([standard(20)]);
    const [ann, ben, op] = [await buyer(), await buyer(), await buyer('operator')];
    const [first, second] = [await bought(event.id, ann.token), await bought(event.id, ben.token)];
    expect(idsOf(await list(`/api/purchases?eventId=${event.id}`, op.token))).toEqual([second, first]);
    expect(idsOf(await list(`/api/purchases?userId=${ann.subject}`, op.token))).toEqual([first]);
    expect(idsOf(await list(`/api/purchases?userId=${ben.subject}&eventId=${event.id}`, op.token))).toEqual([second]);
    expect((await test.request('GET', '/api/purchases', { token: op.token })).status).toBe(422);
    const foreign = await test.request('GET', `/api/purchases?userId=${ben.subject}`, { token: ann.token });
    expect(foreign.status).toBe(403);
    expect((await test.request('GET', '/api/purchases')).status).toBe(401);
  });
});

describe('a list of holds', () => {
  it('is a buyer’s own or for operators an event’s, newest first, by status and in pages', async () => {
    const event = await test.createEvent([standard(20)]);
    const [ann, op] = [await buyer(), await buyer('operator')];
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      const response = await test.request('POST', '/api/tickets/holds', {
        token: ann.token,
        headers: { 'Idempotency-Key': randomUUID() },
        body: { eventId: event.id, quantity: 1 },
      });
      ids.unshift(((await response.json()) as { holdId: string }).holdId);
    }
    const released = ids[1] ?? '';
    await test.request('DELETE', `/api/tickets/holds/${released}`, { token: ann.token });
    const holdIds = ({ holds = [] }: Page) => holds.map(({ holdId }) => holdId);
    const first = await list('/api/tickets/holds?limit=2', ann.token);
    const second = await list(`/api/tickets/holds?limit=2&after=${first.next}`, ann.token);
    expect([first, second].flatMap(holdIds)).toEqual(ids);
    expect(second.next).toBeNull();
    expect(holdIds(await list('/api/tickets/holds?status=released', ann.token))).toEqual([released]);
    expect(holdIds(await list(`/api/tickets/holds?eventId=${event.id}&status=active`, op.token))).toHaveLength(2);
    expect((await test.request('GET', '/api/tickets/holds', { token: op.token })).status).toBe(422);
  });
});
