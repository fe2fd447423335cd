import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFakeGateway, type FakeGateway } from '../testing/fake-gateway.js';

const ID = '0786e9be-ee41-50d7-986b-7c911c41e848';
const COMMAND = ['purchase', 'give', '--event', '1', '--user', 'user_7', '--quantity', '2', '--reason', 'guests'];
const GIVEN = {
  purchaseId: ID,
  status: 'confirmed',
  transactionId: 'T',
  amountMinor: 0,
  currency: 'EUR',
  tickets: [1, 2].map((serial) => ({ ticketId: ID, ticketType: 'Standing', serial })),
};

let gateway: FakeGateway;
beforeAll(async () => {
  gateway = await openFakeGateway();
});
beforeEach(() => gateway.reset());
afterAll(() => gateway.close());

describe('giving tickets away', () => {
  it('names the reason and for whom they are, and shows what was given', async () => {
    gateway.answers.push({ status: 201, body: GIVEN });
    const { code, out } = await gateway.cli(...COMMAND, '--key', 'k');
    expect({ code, out }).toEqual({ code: 0, out: 'Given to user_7: Standing 1, 2.\n' });
    expect(gateway.asked).toEqual([
      {
        line: 'POST /api/tickets/purchase',
        key: 'k',
        body: { eventId: '1', userId: 'user_7', quantity: 2, complimentary: { reason: 'guests' } },
      },
    ]);
  });

  it('that was perhaps carried out tells how to repeat it as the same gift', async () => {
    gateway.answers.push({ status: 503, body: { type: 'https://x/problems/unavailable', title: 'Unavailable' } });
    const { code, err } = await gateway.cli(...COMMAND, '--key', 'k');
    expect(code).toBe(3);
    expect(err).toContain('repeat it with --key k');
  });

  it('that continues ends with 1 and says where it is shown', async () => {
    gateway.answers.push({ status: 202, body: { purchaseId: ID, status: 'open', statusUrl: `/api/purchases/${ID}` } });
    const { code, err } = await gateway.cli(...COMMAND);
    expect(code).toBe(1);
    expect(err).toContain(`purchase show ${ID}`);
  });
});
