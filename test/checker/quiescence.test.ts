import { HOLD_WORKFLOW, PURCHASE_WORKFLOW } from '@box-office/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimOnly } from './testing/sales.js';
import { startCheckerFixture, type CheckerFixture } from './testing/checker-fixture.js';

let fixture: CheckerFixture;
beforeAll(async () => {
  fixture = await startCheckerFixture();
});
afterAll(() => fixture.close());

describe('the verdict is unknown', () => {
  it.each([
    ['PostgreSQL', { databaseUrl: 'postgres://a:b@127.0.0.1:9/c' }],
    ['RabbitMQ', { amqpUrl: 'amqp://127.0.0.1:9' }],
    ['Temporal', { temporalAddress: '127.0.0.1:9' }],
    ['the consumers', { consumerMetricsUrls: ['http://127.0.0.1:9/metrics'] }],
  ])('while %s cannot be asked', async (name, unreachable) => {
    const verdict = await fixture.check({ ...unreachable, quiescenceTimeoutMs: 1 });
    expect(verdict.kind === 'unknown' && verdict.causes[0]).toContain(`not quiescent: ${name} cannot be asked`);
  });

  it.each([
    ['Redis', { redisUrl: 'redis://127.0.0.1:9' }],
    ['the payment provider', { paymentUrl: 'http://127.0.0.1:9' }],
  ])('when %s cannot be read', async (_name, unreachable) => {
    await fixture.openEvent();
    const verdict = await fixture.check(unreachable);
    expect(verdict.kind === 'unknown' && verdict.causes[0]).toContain('the stores cannot be read');
  });

  it('while a purchase workflow is open', async () => {
    const end = await fixture.openWorkflow(PURCHASE_WORKFLOW);
    await expect
      .poll(() => fixture.check({ quiescenceTimeoutMs: 300 }))
      .toEqual({ kind: 'unknown', causes: ['not quiescent: 1 workflows are open'] });
    await end();
  });

  it('while a hold workflow is open without an active hold', async () => {
    const end = await fixture.openWorkflow(HOLD_WORKFLOW);
    await expect
      .poll(() => fixture.check({ quiescenceTimeoutMs: 300 }))
      .toEqual({ kind: 'unknown', causes: ['not quiescent: 1 hold workflows are open, and 0 holds are active'] });
    await end();
  });
});

describe('the verdict is violated', () => {
  it('when a purchase has no outcome and does not change, even if its workflow is open', async () => {
    const event = await fixture.openEvent();
    const { purchaseId, undo } = await claimOnly(fixture, event);
    const end = await fixture.openWorkflow(PURCHASE_WORKFLOW);
    const verdict = await fixture.check({ quiescenceTimeoutMs: 300 });
    expect(verdict).toMatchObject({ kind: 'violated', violations: [{ fault: 'stalled', purchaseId }] });
    await end();
    await undo();
  });
});
