import { createPublicKey, randomUUID, verify, type JsonWebKey } from 'node:crypto';
import { decodeBase32 } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';
import { newTicketKey, retired } from '@box-office/tickets/testing';

interface Shown {
  readonly ticketId: string;
  readonly status: string;
  readonly code: string | null;
}

describe('a ticket', () => {
  let test: TestGateway;
  let owner: string;
  let operator: string;
  let purchaseId: string;
  let tickets: readonly { readonly ticketId: string }[];
  const key = newTicketKey();

  beforeAll(async () => {
    test = await openTestGateway({ ticketKeys: [key] });
    owner = await tokenOf(`owner_${randomUUID()}`);
    operator = await tokenOf('op', { role: 'operator' });
    const event = await test.createEvent([standard(10)]);
    const bought = await test.buy({ eventId: event.id, quantity: 2 }, { token: owner });
    ({ purchaseId, tickets } = (await bought.json()) as { purchaseId: string; tickets: typeof tickets });
  });
  afterAll(() => test.close());

  const get = (path: string, token?: string) => test.request('GET', path, token === undefined ? {} : { token });
  const show = async (id: string, token = owner): Promise<Shown> =>
    (await (await get(`/api/tickets/${id}`, token)).json()) as Shown;
  const idOf = (at: number): string => tickets[at]?.ticketId ?? '';

  it('is shown with its code to its buyer and to operators alone', async () => {
    expect(await show(idOf(0))).toMatchObject({
      ticketId: idOf(0),
      status: 'valid',
      serial: 1,
      purchaseId,
      version: 1,
    });
    expect((await show(idOf(0), operator)).code).toBe((await show(idOf(0))).code);
    for (const id of [idOf(0), randomUUID(), 'nonsense']) {
      expect((await get(`/api/tickets/${id}`, await tokenOf('other'))).status).toBe(404);
    }
    expect((await get(`/api/tickets/${idOf(0)}`)).status).toBe(401);
  });

  it('is in the list of its purchase, which has nothing of others', async () => {
    const list = async (token: string): Promise<readonly Shown[]> => {
      const response = await get(`/api/purchases/${purchaseId}/tickets`, token);
      return ((await response.json()) as { tickets: readonly Shown[] }).tickets;
    };
    const own = await list(owner);
    expect(own).toEqual([await show(idOf(0)), await show(idOf(1))]);
    expect(await list(operator)).toEqual(own);
    expect(await list(await tokenOf('other'))).toEqual([]);
  });

  it('has a code that anybody can verify with the published keys, without the gateway', async () => {
    const response = await get('/api/ticket-keys');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    const { keys } = (await response.json()) as { keys: readonly (JsonWebKey & { kid: string })[] };
    const bytes = Buffer.from(decodeBase32((await show(idOf(0))).code ?? '') ?? []);
    const named = keys.find(({ kid }) => kid === bytes.subarray(1, 5).toString('hex'));
    const publicKey = createPublicKey({ key: named ?? {}, format: 'jwk' });
    expect(verify(null, bytes.subarray(0, -64), publicKey, bytes.subarray(-64))).toBe(true);
  });

  it('has no code once it is being cancelled', async () => {
    const body = { tickets: [idOf(1)] };
    await test.request('POST', `/api/purchases/${purchaseId}/cancel`, { token: owner, body });
    const { status, code } = await show(idOf(1));
    expect(['cancelling', 'cancelled']).toContain(status);
    expect(code).toBeNull();
    expect((await show(idOf(0))).code).not.toBeNull();
  });

  it('is signed by the first key, beside which retired ones are published', async () => {
    const next = newTicketKey();
    const rotated = test.another({ ticketKeys: [next, retired(key)] });
    const { keys } = (await (await rotated.request('GET', '/api/ticket-keys')).json()) as { keys: { kid: string }[] };
    const shown = (await (await rotated.request('GET', `/api/tickets/${idOf(0)}`, { token: owner })).json()) as Shown;
    const bytes = Buffer.from(decodeBase32(shown.code ?? '') ?? []);
    expect(keys).toHaveLength(2);
    expect(bytes.subarray(1, 5).toString('hex')).toBe(keys[0]?.kid);
  });
});
