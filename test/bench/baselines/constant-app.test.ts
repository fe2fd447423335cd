import { signToken } from '@box-office/infra';
import { createLogger } from '@box-office/platform';
import { expect, it } from 'vitest';
import { createConstantApp } from './constant-app.js';

const SECRET = 'a secret of at least thirty-two characters';

it('the baseline of the purchase route runs the whole middleware and answers "sold out"', async () => {
  const app = createConstantApp(SECRET, createLogger({ service: 'test', level: 'silent' }));
  const buy = async (headers: Record<string, string>) => {
    const response = await app.request('/api/tickets/purchase', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'key', ...headers },
      body: JSON.stringify({ eventId: '1', quantity: 1, payment: { method: 'pm_card_visa' } }),
    });
    return [response.status, ((await response.json()) as { type: string }).type];
  };
  const token = await signToken(SECRET, { subject: 'buyer', role: 'buyer' });
  expect(await buy({ authorization: `Bearer ${token}` })).toEqual([409, '/problems/sold-out']);
  expect(await buy({})).toEqual([401, '/problems/unauthenticated']);
});
