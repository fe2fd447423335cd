import { HOLD_WORKFLOW, PURCHASE_WORKFLOW } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaveClaimed } from './testing/sales.js';
import { openSmallOffice, type SmallOffice } from './testing/small-office.js';

let office: SmallOffice;
beforeAll(async () => {
  office = await openSmallOffice();
});
afterAll(() => office.close());

describe('the verdict is unknown', () => {
  it.each([
    ['PostgreSQL', { databaseUrl: 'postgres://a:b@127.0.0.1:9/c' }],
    ['RabbitMQ', { amqpUrl: 'amqp://127.0.0.1:9' }],
    ['Temporal', { temporalAddress: '127.0.0.1:9' }],
    ['the consumers', { consumerMetricsUrls: ['http://127.0.0.1:9/metrics'] }],
  ])('while %s cannot be asked', async (who, away) => {
    const verdict = await office.check({ ...away, restTimeoutMs: 1 });
    expect(verdict.kind === 'unknown' && verdict.causes[0]).toContain(`not at rest: ${who} cannot be asked`);
  });

  it.each([
    ['Redis', { redisUrl: 'redis://127.0.0.1:9' }],
    ['the payment provider', { paymentUrl: 'http://127.0.0.1:9' }],
  ])('when %s cannot be read', async (_who, away) => {
    await office.openEvent();
    const verdict = await office.check(away);
    expect(verdict.kind === 'unknown' && verdict.causes[0]).toContain('the stores cannot be read');
  });

  it('while a purchase workflow is open', async () => {
    const end = await office.openWorkflow(PURCHASE_WORKFLOW);
    await expect
      .poll(() => office.check({ restTimeoutMs: 300 }), { timeout: 10_000 })
      .toEqual({ kind: 'unknown', causes: ['not at rest: 1 workflows are open'] });
    await end();
  });

  it('while a hold has no workflow, or a workflow no hold', async () => {
    const end = await office.openWorkflow(HOLD_WORKFLOW);
    await expect
      .poll(() => office.check({ restTimeoutMs: 300 }), { timeout: 10_000 })
      .toEqual({ kind: 'unknown', causes: ['not at rest: 1 workflows hold, and 0 holds stand'] });
    await end();
  });
});

describe('it is violated', () => {
  it('when a purchase stands still at rest, whatever its workflow says', async () => {
    const event = await office.openEvent();
    const { purchaseId, conclude } = await leaveClaimed(office, event);
    const end = await office.openWorkflow(PURCHASE_WORKFLOW);
    const verdict = await office.check({ restTimeoutMs: 300 });
    expect(verdict).toMatchObject({ kind: 'violated', violations: [{ fault: 'stands_still', purchaseId }] });
    await end();
    await conclude();
  });
});
