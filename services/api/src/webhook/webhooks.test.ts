import { randomUUID } from 'node:crypto';
import {
  deleteWebhookEndpoint,
  disableFailedWebhookEndpoint,
  listActiveFindings,
  readWebhookTarget,
} from '@box-office/database';
import { openText, sealText } from '@box-office/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, standard, tokenOf, WEBHOOK_KEY, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
let operator: string;

beforeAll(async () => {
  test = await openTestGateway();
  operator = await tokenOf('olga', { role: 'operator' });
});
afterAll(() => test.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}
async function call(method: string, path = '', body?: unknown, token = operator): Promise<Answer> {
  const response = await test.request(method, `/api/operations/webhooks${path}`, { token, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const url = 'https://shop.example/hooks';
const register = async (types: readonly string[] = ['purchase.confirmed']) => {
  const { status, body } = await call('POST', '', { url, types });
  expect(status).toBe(201);
  return body as { endpointId: string; secret: string };
};

/** Sends requests with one Idempotency-Key. */
const withKey = (headers = { 'Idempotency-Key': randomUUID() }) => {
  return async (path: string, body: object, token = operator) => {
    const response = await test.request('POST', `/api/operations/webhooks${path}`, { token, body, headers });
    const { secret, endpointId, type } = (await response.json()) as Record<string, string>;
    const isRepeat = response.headers.has('idempotent-replayed');
    return { status: response.status, isRepeat, secret, endpointId, type };
  };
};

describe('an endpoint', () => {
  it('is registered with a secret that is shown once and stored encrypted', async () => {
    const { endpointId, secret } = await register();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify([await call('GET'), await call('GET', `/${endpointId}`)])).not.toContain('whsec_');
    const { rows } = await test.pool.query<{ sealed_secret: Buffer }>(
      'select sealed_secret from webhook_secrets where endpoint_id = $1',
      [endpointId],
    );
    const sealed = rows[0]?.sealed_secret ?? Buffer.of();
    expect(sealed.includes(secret.slice(6, 20))).toBe(false);
    expect(openText(WEBHOOK_KEY, endpointId, sealed)).toBe(secret);
  });

  it('is changed, disabled, enabled and deleted, and the audit log says by whom', async () => {
    const { endpointId } = await register();
    const changed = await call('PATCH', `/${endpointId}`, { types: ['hold.expired', 'event.cancelled'] });
    expect(changed).toMatchObject({ status: 200, body: { types: ['hold.expired', 'event.cancelled'], url } });
    const disabled = await call('PATCH', `/${endpointId}`, { status: 'disabled' });
    expect(disabled.body).toMatchObject({ status: 'disabled', disabledReason: 'operator' });
    expect((await call('POST', `/${endpointId}/test`)).status).toBe(409);
    expect((await call('PATCH', `/${endpointId}`, { status: 'enabled' })).body).toMatchObject({ disabledReason: null });
    expect(await call('DELETE', `/${endpointId}`)).toEqual({ status: 200, body: { endpointId } });
    expect((await call('GET', `/${endpointId}`)).status).toBe(404);
    const { rows } = await test.pool.query<{ action: string; actor: string }>(
      `select details ->> 'action' as action, actor from audit_logs where details ->> 'endpointId' = $1 order by id`,
      [endpointId],
    );
    const actions = ['register_webhook', 'change_webhook', 'change_webhook', 'change_webhook', 'delete_webhook'];
    expect(rows).toEqual(actions.map((action) => ({ action, actor: 'olga' })));
  });

  it('gets another secret, and the previous one is kept for a while', async () => {
    const { endpointId, secret } = await register();
    const rotated = await call('POST', `/${endpointId}/rotate-secret`, { previousValidS: 60 });
    expect(rotated.status).toBe(200);
    expect(rotated.body['secret']).not.toBe(secret);
    const { rows } = await test.pool.query<{ expires: boolean }>(
      'select expires_at is not null as expires from webhook_secrets where endpoint_id = $1 order by created_at',
      [endpointId],
    );
    expect(rows).toEqual([{ expires: true }, { expires: false }]);
  });

  it('is the same one if its id is written in upper case', async () => {
    const { endpointId } = await register();
    const path = `/${endpointId.toUpperCase()}`;
    const { body } = await call('POST', `${path}/rotate-secret`, { previousValidS: 0 });
    const [sealed] = (await readWebhookTarget(test.pool, endpointId))?.sealedSecrets ?? [];
    expect(sealed && openText(WEBHOOK_KEY, endpointId, sealed)).toBe(body['secret']);
    await disableFailedWebhookEndpoint(test.pool, { endpointId, reason: 'gone', failingForMs: 0, runId: randomUUID() });
    expect((await call('PATCH', path, { status: 'enabled' })).status).toBe(200);
    expect(await listActiveFindings(test.pool, { kinds: ['webhook_disabled'], subjects: [endpointId] })).toEqual([]);
  });

  it('is one, with one secret, however often its registration is repeated with its key', async () => {
    const send = withKey();
    const wanted = { url, types: ['purchase.confirmed'] };
    const together = await Promise.all(Array.from({ length: 3 }, () => send('', wanted)));
    const { endpointId, secret } = together[0] ?? {};
    expect(together.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(together.filter(({ isRepeat }) => isRepeat)).toHaveLength(2);
    expect(new Set(together.map((one) => `${one.endpointId} ${one.secret}`)).size).toBe(1);
    expect(await send('', { ...wanted, url: `${url}/2` })).toMatchObject({
      status: 422,
      type: '/problems/idempotency-key-reused',
    });
    const other = await send('', wanted, await tokenOf('otto', { role: 'operator' }));
    expect(other.endpointId).not.toBe(endpointId);

    const rotated = await send(`/${endpointId}/rotate-secret`, {});
    expect(rotated.status).toBe(200);
    expect(rotated.secret).not.toBe(secret);
    expect(await send(`/${endpointId}/rotate-secret`, {})).toEqual({ ...rotated, isRepeat: true });
    const kept = await test.pool.query('select from webhook_secrets where endpoint_id = $1', [endpointId]);
    const acts = await test.pool.query(`select from audit_logs where details ->> 'endpointId' = $1`, [endpointId]);
    expect([kept.rowCount, acts.rowCount]).toEqual([2, 2]);
    expect(await send('', wanted)).toMatchObject({ status: 201, isRepeat: true, endpointId, secret });
    const atOnce = await send(`/${endpointId}/rotate-secret`, { previousValidS: 0 });
    expect(new Set([secret, rotated.secret, atOnce.secret]).size).toBe(3);
    expect(await send('', wanted)).toMatchObject({ status: 201, isRepeat: true, endpointId, secret: undefined });
  });

  it('gets a test message and replays of what was sold', async () => {
    const { endpointId } = await register();
    const from = new Date(Date.now() - 1_000).toISOString();
    const event = await test.createEvent([standard(5)]);
    expect((await test.buy({ eventId: event.id, quantity: 2 })).status).toBe(201);
    const tested = await call('POST', `/${endpointId}/test`);
    expect(tested.status).toBe(202);
    expect((await call('GET', `/${endpointId}`)).body).toMatchObject({ pending: 2 });
    const { messageId } = tested.body;
    expect(await call('POST', `/${endpointId}/replay`, { messageId })).toEqual({
      status: 202,
      body: { messages: 1, next: null },
    });
    expect((await call('POST', `/${endpointId}/replay`, { from })).body).toEqual({ messages: 1, next: null });
    expect(await call('GET', `/${endpointId}/attempts?limit=5`)).toEqual({
      status: 200,
      body: { attempts: [], next: null },
    });
  });
});

describe('a late repeat', () => {
  const wanted = { url, types: ['purchase.confirmed'] };
  const secretOf = async (endpointId = '') => {
    const sealed = (await readWebhookTarget(test.pool, endpointId))?.sealedSecrets ?? [];
    return sealed.map((one) => openText(WEBHOOK_KEY, endpointId, one));
  };

  it('of a rotation changes nothing: the secret of a later one still signs', async () => {
    const { endpointId } = await register();
    const path = `/${endpointId}/rotate-secret`;
    const [sendA, sendB] = [withKey(), withKey()];
    expect(await sendA(path, { previousValidS: 0 })).toMatchObject({ status: 200, isRepeat: false });
    const { secret } = await sendB(path, { previousValidS: 0 });
    const repeated = await sendA(path, { previousValidS: 0 });
    expect(repeated).toMatchObject({ status: 200, isRepeat: true, endpointId, secret: undefined });
    expect(await secretOf(endpointId)).toEqual([secret]);
  });

  it('of a registration is refused once the endpoint is deleted', async () => {
    const send = withKey();
    const { endpointId } = await send('', wanted);
    expect((await call('DELETE', `/${endpointId}`)).status).toBe(200);
    expect(await send('', wanted)).toMatchObject({ status: 422, type: '/problems/idempotency-key-reused' });
    expect((await call('GET', `/${endpointId}`)).status).toBe(404);
  });

  it('shows no secret that was sealed under an earlier encryption key', async () => {
    const send = withKey();
    const { endpointId = '' } = await send('', wanted);
    const sealed = sealText(Buffer.alloc(32, 'e'), endpointId, 'whsec_earlier');
    await test.pool.query('update webhook_secrets set sealed_secret = $2 where endpoint_id = $1', [endpointId, sealed]);
    expect(await send('', wanted)).toMatchObject({ status: 201, isRepeat: true, endpointId, secret: undefined });
  });
});

describe('a deletion', () => {
  it('that was interrupted leaves no finding open once it is repeated', async () => {
    const { endpointId } = await register();
    const { pool } = test;
    await disableFailedWebhookEndpoint(pool, { endpointId, reason: 'gone', failingForMs: 0, runId: randomUUID() });
    const by = { name: 'olga', verified: true, channel: 'api' } as const;
    expect(await deleteWebhookEndpoint(pool, endpointId, { by, requestId: 'r' })).toBe(true);
    expect((await call('DELETE', `/${endpointId}`)).status).toBe(404);
    const about = { kinds: ['webhook_disabled'], subjects: [endpointId] } as const;
    expect(await listActiveFindings(pool, about)).toEqual([]);
  });
});

describe('a request', () => {
  it.each([
    ['http://shop.example/hooks'],
    ['https://user:password@shop.example'],
    ['https://shop.example/#part'],
    ['ftp://shop.example'],
    ['http://127.0.0.1:8080/hooks'],
    ['shop.example'],
  ])('422 for the address %s', async (wrong) => {
    expect((await call('POST', '', { url: wrong, types: ['hold.expired'] })).status).toBe(422);
  });

  it('422 for no type or an unknown one, 403 for a buyer, 404 for an unknown endpoint', async () => {
    for (const types of [[], ['purchase.lost']]) expect((await call('POST', '', { url, types })).status).toBe(422);
    expect((await call('POST', '', { url, types: ['hold.expired'] }, await tokenOf('ann'))).status).toBe(403);
    for (const id of ['nothing', '0786e9be-ee41-50d7-986b-7c911c41e848']) {
      const statuses = [
        await call('GET', `/${id}`),
        await call('PATCH', `/${id}`, { status: 'disabled' }),
        await call('DELETE', `/${id}`),
        await call('POST', `/${id}/rotate-secret`),
        await call('GET', `/${id}/attempts`),
        await call('POST', `/${id}/replay`, { from: '2030-01-01T00:00:00Z' }),
        await call('POST', `/${id}/test`),
      ];
      expect(statuses.map(({ status }) => status)).toEqual(Array(7).fill(404));
    }
  });
});
