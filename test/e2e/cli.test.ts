import { spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { Finding } from '@box-office/contract';
import { signToken } from '@box-office/infra';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createCli, PROGRAM, type Cli } from '../support/cli.js';
import { ledgerOf, startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

const stack = inject('stack');
/** On Linux: a device that is always full. */
const FULL = '/dev/full';

let system: TestSystem;
let addresses: Record<string, string>;
let cli: Cli;

beforeAll(async () => {
  system = await startTestSystem();
  addresses = {
    API_URL: system.services.api[0]?.url ?? '',
    API_HEALTH_URL: system.services.api[0]?.healthUrl ?? '',
    WORKER_URL: system.services.worker[0]?.url ?? '',
    AUDIT_CONSUMER_URL: system.services.auditConsumer[0]?.url ?? '',
    OPERATOR_TOKEN: await tokenOf('olga', 'operator'),
    DATABASE_URL: stack.databaseUrl,
    AMQP_URL: stack.amqpUrl,
  };
  cli = createCli(addresses);
});
afterAll(() => system.close());

const tokenOf = (subject: string, role: 'buyer' | 'operator'): Promise<string> =>
  signToken(stack.jwtSecret, { subject, role });

/** A purchase of two tickets with its ledger and audit lines. */
async function bought(method = 'pm_approve') {
  const event = await system.createEvent({ total: 10 });
  const answer = await system.buy({ eventId: event.id, quantity: 2, payment: { method } });
  if (answer.status === 201) {
    await until(async () => expect(await ledgerOf(system, event.id)).toMatchObject({ ledger: 1, audit: 1 }), 30_000);
  }
  return { eventId: event.id, purchaseId: answer.body.purchaseId, tickets: answer.body.tickets };
}

const oneLine = /^box-office: [^\n]+\n$/;

describe('box-office status', () => {
  it('shows the state of every service and server, and of the queues', async () => {
    const { out, code, err } = await cli('status');
    expect([code, err]).toEqual([0, '']);
    for (const part of ['gateway', 'worker', 'audit consumer', 'postgres', 'rabbitmq', 'redis', 'temporal']) {
      expect(out).toMatch(new RegExp(`^${part} +ready`, 'm'));
    }
    expect(out).toMatch(/^ticket\.capacity\.updates +\d+ +\d+$/m);
    expect(out).toMatch(/^Audit consumer +(keeps up|\d)/m);
  });

  it('shows the other sections and exits with 3 if a server is unavailable', async () => {
    const disconnected = createCli({ ...addresses, AMQP_URL: 'amqp://127.0.0.1:1' });
    const run = await disconnected('status', '--json');
    expect([run.code, run.err]).toEqual([3, 'box-office: not ready: rabbitmq\n']);
    expect(run.json()).toMatchObject({ findings: { handedOver: expect.any(Number) as number } });
  });
});

describe('box-office events, purchase and stats', () => {
  it('show an event, a purchase, and the statistics of the event', async () => {
    const { eventId, purchaseId } = await bought();
    const { events } = (await cli('events', '--json')).json<{ events: { id: string; ticketTypes: object[] }[] }>();
    expect(events.find(({ id }) => id === eventId)?.ticketTypes).toMatchObject([{ available: 8, total: 10 }]);
    expect((await cli('events')).out).toMatch(new RegExp(`^${eventId} .*on_sale +standard +EUR 25\\.00 +8 +10$`, 'm'));

    const shown = await cli('purchase', 'show', purchaseId);
    expect([shown.code, shown.err]).toEqual([0, '']);
    for (const line of [/^status +confirmed$/m, /^tickets +standard 1, 2$/m, /^amount +EUR 50\.00$/m]) {
      expect(shown.out).toMatch(line);
    }
    const stats = (await cli('stats', '--event', eventId, '--json')).json<{ statistics: object[] }>();
    expect(stats).toMatchObject({ currency: 'EUR', statistics: [{ purchases: 1, tickets: 2, amountMinor: 5_000 }] });
    expect((await cli('stats', '--event', eventId)).out).toMatch(/^all +1 +2 +EUR 50\.00/m);
  });

  it('cancel some tickets and then the others, once, and print the refunded amount', async () => {
    const { purchaseId, tickets } = await bought();
    const part = await cli(
      'purchase',
      'cancel',
      purchaseId,
      '--tickets',
      tickets[0]?.ticketId ?? '',
      '--wait',
      '--yes',
    );
    expect([part.code, part.out]).toEqual([0, 'Cancelled: standard 1; EUR 25.00 refunded.\n']);
    const why = ['--reason', 'the hall is closed', '--operator', 'ann'];
    const rest = await cli('purchase', 'cancel', purchaseId, ...why, '--wait', '--json', '--yes');
    expect(rest.json()).toMatchObject({ status: 'cancelled', reason: 'the hall is closed (decided by ann)' });
    expect((await cli('purchase', 'show', purchaseId)).out).toMatch(/^status +cancelled$/m);
  });

  it('print the reason of a failure in one line, and exit with 1', async () => {
    const declined = await bought('pm_decline');
    const refused = await cli('purchase', 'cancel', declined.purchaseId, '--yes');
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toMatch(oneLine);
    expect(refused.err).toContain('nothing-to-cancel');
    expect((await cli('purchase', 'show', declined.purchaseId)).out).toMatch(/^why +Payment declined/m);
    for (const args of [
      ['purchase', 'show', randomUUID()],
      ['stats', '--event', 'nowhere'],
    ]) {
      const run = await cli(...args);
      expect([run.code, run.out]).toEqual([1, '']);
      expect(run.err).toMatch(oneLine);
    }
  });
});

describe('box-office attention and the decisions about a purchase', () => {
  it('list a stuck purchase, refuse an impossible decision in one line, and undo the purchase', async () => {
    const { eventId, purchaseId } = await bought('pm_capture_fail_1000');
    await until(async () => {
      const { purchases } = (await cli('attention', '--json')).json<{ purchases: { purchaseIds: string[] }[] }>();
      expect(purchases.find(({ purchaseIds }) => purchaseIds.includes(purchaseId))).toMatchObject({ step: 'capture' });
    }, 60_000);
    expect((await cli('purchase', 'show', purchaseId)).out).toMatch(/step +capture$/m);

    const skipped = await cli('purchase', 'skip', purchaseId, '--reason', 'no', '--yes');
    expect([skipped.code, skipped.out]).toEqual([1, '']);
    expect(skipped.err).toMatch(oneLine);
    const why = ['--reason', 'the buyer gave up', '--operator', 'ann'];
    const undone = await cli('purchase', 'compensate', purchaseId, ...why, '--yes');
    expect(undone.out).toContain(
      `Decided for purchase ${purchaseId}: compensate at the step capture. The purchase is undone`,
    );
    await until(async () => {
      expect((await cli('purchase', 'show', purchaseId)).out).toMatch(/^status +undone$/m);
    }, 60_000);
    expect(await ledgerOf(system, eventId)).toMatchObject({ capacity: 10, ledger: 0 });
  });
});

describe('box-office reconcile, rebuild and findings', () => {
  it('reconcile an event, rebuild it, and find nothing', async () => {
    const { eventId } = await bought();
    const compared = await cli('reconcile', '--event', eventId, '--wait');
    expect(compared).toMatchObject({ code: 0, out: '1 event compared: nothing found.\n', err: '' });
    const rebuilt = await cli('rebuild', '--event', eventId, '--wait', '--json');
    expect([rebuilt.code, rebuilt.json()]).toMatchObject([0, { status: 'finished', result: { events: 1 } }]);
    expect((await cli('findings', '--event', eventId, '--status', 'all')).out).toBe('There are none.\n');
  });

  it('show the findings of an event and of a purchase', async () => {
    const { eventId, purchaseId } = await bought();
    const { rows } = await system.pool.query<{ transaction_id: string }>(
      'select transaction_id from event_ticket_transactions where id = $1',
      [purchaseId],
    );
    // Nothing but reconciliation notices that: a lost inventory is rebuilt at once.
    await until(async () => {
      // The sale answers before it has written its read models: what is deleted before that is written after it.
      await system.redis.del(`transaction:${rows[0]?.transaction_id}`);
      expect((await cli('reconcile', '--event', eventId, '--wait')).out).toMatch(/repaired/);
    }, 60_000);
    const args = ['findings', '--event', eventId, '--status', 'repaired'];
    const { findings } = (await cli(...args, '--json')).json<{ findings: Finding[] }>();
    expect(findings.map(({ kind }) => kind)).toContain('wrong_read_model');
    expect((await cli(...args)).out).toMatch(/wrong_read_model +repaired/);
  });
});

describe('box-office, after any failure,', () => {
  it.skipIf(!existsSync(FULL))('prints one line: standard output on a full disk', () => {
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, '--help'], {
      stdio: ['ignore', openSync(FULL, 'w'), 'pipe'],
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([3, expect.stringMatching(oneLine)]);
    expect(stderr).toContain('ENOSPC');
  });

  it('prints one line: gateway unavailable, token without permission, environment variable missing', async () => {
    const unavailable = await createCli({ ...addresses, API_URL: 'http://127.0.0.1:1' })('events');
    const forbidden = await createCli({ ...addresses, OPERATOR_TOKEN: await tokenOf('ann', 'buyer') })('reconcile');
    const { OPERATOR_TOKEN: _, ...tokenless } = addresses;
    const missing = await createCli(tokenless)('events');
    expect([unavailable.code, forbidden.code, missing.code]).toEqual([3, 1, 2]);
    for (const { err, out } of [unavailable, forbidden, missing]) {
      expect([out, err]).toEqual(['', expect.stringMatching(oneLine)]);
    }
  });
});
