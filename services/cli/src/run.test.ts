import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFakeGateway, runWith, type FakeGateway, type Answer } from './testing/fake-gateway.js';

const ID = '0786e9be-ee41-50d7-986b-7c911c41e848';
let gateway: FakeGateway;

beforeAll(async () => {
  gateway = await openFakeGateway();
});
beforeEach(() => gateway.reset());
afterAll(() => gateway.close());

const problem = (status: number, type: string, more: object = {}): Answer => ({
  status,
  body: { type: `/problems/${type}`, title: 'A title', detail: 'A detail.', status, ...more },
});

describe('the command line', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['nonsense']],
    ['an unknown option', ['events', '--colour']],
    ['too many arguments', ['events', 'now']],
    ['no reason', ['purchase', 'skip', ID]],
    ['an empty reason for a decision', ['purchase', 'retry', ID, '--reason', '']],
    ['a blank reason for a cancellation', ['purchase', 'cancel', ID, '--yes', '--reason', ' ']],
    ['an empty reason for the end of an event', ['event', 'cancel', '1', '--yes', '--reason', '']],
    ['an empty reason for a gift', ['purchase', 'give', '--event', '1', '--user', 'u', '--reason', '']],
    ['no payment method', ['purchase', 'correct', ID, '--reason', 'x']],
    ['an id that is none', ['purchase', 'show', '42']],
    ['a ticket that is none', ['purchase', 'cancel', ID, '--tickets', '42']],
    ['neither --event nor --all', ['rebuild']],
    ['both --event and --all', ['rebuild', '--event', '1', '--all']],
    ['an unknown status', ['findings', '--status', 'lost']],
    ['no limit', ['attention', '--limit', '0']],
    ['no instant', ['audit', 'verify', '--from', 'yesterday']],
    ['a head that is none', ['audit', 'verify', '--noted', '1']],
    ['an unknown format', ['audit', 'export', '--format', 'xml']],
    ['--json without --out', ['audit', 'export', '--json']],
    ['no letters', ['dead-letters', 'drop', '--reason', 'x']],
    ['ids and --all', ['dead-letters', 'drop', 'x', '--all', '--reason', 'x']],
    ['a missing variable', ['audit', 'verify']],
    ['an event without a file', ['event', 'create']],
    ['a file that is none', ['event', 'create', '--file', '/nonexistent.json']],
    ['no change', ['event', 'change', '1']],
  ])('refuses %s with 2 and asks nobody', async (_, args) => {
    const { code, out, err } = await gateway.cli(...args);
    expect([code, out, gateway.asked]).toEqual([2, '', []]);
    if (args.length > 0) expect(err).toMatch(/^box-office: [^\n]+\n$/);
  });

  it('says with 2 and one line that nothing is configured', async () => {
    const { code, out, err } = await runWith({}, ['status']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^box-office: nothing is configured[^\n]+\n$/);
  });

  it('tells its version', async () => {
    const { code, out } = await gateway.cli('--version');
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('has help with examples for every command', async () => {
    const groups = commandsIn((await gateway.cli('--help')).out);
    expect(groups).toContain('dead-letters');
    for (const group of groups) {
      const inside = commandsIn((await gateway.cli(group, '--help')).out);
      for (const args of inside.length === 0 ? [[group]] : inside.map((name) => [group, name])) {
        const { code, err, out } = await gateway.cli(...args, '--help');
        expect([code, err]).toEqual([0, '']);
        expect(out).toContain(`Examples:\n  box-office ${args.join(' ')}`);
        expect(out).toContain('--json');
      }
    }
  });
});

/** The names under "Commands:" in a help text. */
function commandsIn(help: string): string[] {
  const [, section = ''] = help.split('Commands:\n');
  const names = section.split('\n\n', 1)[0]?.match(/^ {2}[a-z-]+/gm) ?? [];
  return names.map((name) => name.trim()).filter((name) => name !== 'help');
}

describe('what the gateway answers', () => {
  it.each([
    ['refuses', problem(409, 'resolution-refused'), 1, 'A title; A detail. (409 resolution-refused)'],
    ['forbids', problem(403, 'forbidden'), 1, 'A title; A detail. (403 forbidden)'],
    ['does not accept the token', problem(401, 'unauthenticated'), 1, 'does not accept OPERATOR_TOKEN'],
    [
      'does not understand',
      problem(422, 'invalid-request', { errors: [{ path: 'reason', message: 'Too long.' }] }),
      2,
      'A title; reason: Too long. (422 invalid-request)',
    ],
    ['is not up to it', problem(503, 'unavailable'), 3, 'A title; A detail. (503 unavailable)'],
    ['does not know the path', problem(404, 'not-found'), 3, `does not know /api/operations/purchases/${ID}/resolve`],
    ['is no gateway', { status: 404, body: 'hello' }, 3, "is not Box Office's gateway"],
  ])('is one line and a code when it %s', async (_, answer, code, words) => {
    gateway.answers.push(answer);
    const { err, ...rest } = await gateway.cli('purchase', 'retry', ID, '--reason', 'x');
    expect(rest).toEqual({ code, out: '' });
    expect(err).toMatch(/^box-office: [^\n]+\n$/);
    expect(err).toContain(words);
  });
});

describe('a decision about a purchase', () => {
  it('is sent with its reason and a key of its own, and says what was decided and what follows', async () => {
    const next = 'The authorisation so far is reversed first.';
    for (const action of ['correct', 'retry'])
      gateway.answers.push({ body: { purchaseId: ID, step: 'authorise', action, next } });
    const why = ['--reason', 'another card', '--operator', 'ann'];
    const corrected = await gateway.cli(
      'purchase',
      'correct',
      ID.toUpperCase(),
      '--payment-method',
      'pm_approve',
      ...why,
    );
    await gateway.cli('purchase', 'retry', ID, '--reason', 'it is back', '--json');
    const out = `Decided for purchase ${ID}: correct at the step authorise. ${next}\n`;
    expect(corrected).toEqual({ code: 0, out, err: '' });
    const line = `POST /api/operations/purchases/${ID}/resolve`;
    const reason = 'another card (decided by ann)';
    expect(gateway.asked).toMatchObject([
      { line, body: { action: 'correct', reason, paymentMethod: 'pm_approve' } },
      { line, body: { action: 'retry', reason: 'it is back' } },
    ]);
    expect(new Set(gateway.asked.map(({ key }) => key)).size).toBe(2);
  });

  it('that was perhaps not carried out tells how to repeat it as the same one', async () => {
    const command = ['purchase', 'retry', ID, '--reason', 'x'];
    gateway.answers.push(problem(503, 'unavailable'), { body: { purchaseId: ID, step: 'settle', action: 'retry' } });
    const lost = await gateway.cli(...command);
    const [, key = ''] = /--key (\S+)$/m.exec(lost.err) ?? [];
    expect([lost.code, (await gateway.cli(...command, '--key', key)).code]).toEqual([3, 0]);
    expect(gateway.asked.map((one) => one.key)).toEqual([key, key]);
  });
});

/** An event as the gateway shows it, but for its status. */
const EVENT = { id: '1', name: 'Gala', currency: 'EUR', ticketTypes: [], purchaseFee: null, refundRules: null };

describe('what cannot be undone', () => {
  const purchase = { body: { purchaseId: ID, status: 'open', userId: 'ann', eventId: '1' } };
  const event = { body: { ...EVENT, status: 'on_sale' } };

  it.each([
    ['skip', ['purchase', 'skip', ID, '--reason', 'x'], purchase],
    ['compensate', ['purchase', 'compensate', ID, '--reason', 'x'], purchase],
    ['cancel', ['purchase', 'cancel', ID], purchase],
    ['event cancel', ['event', 'cancel', '1', '--reason', 'x'], event],
  ])('is shown first, and %s is not done without --yes without a terminal to confirm on', async (_, args, shown) => {
    gateway.answers.push(shown);
    const { code, out, err } = await gateway.cli(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^(skip|compensate|cancel) /);
    expect(err).toMatch(/box-office: nothing was done: --yes is needed[^\n]*\n$/);
    expect(gateway.asked.map(({ line }) => line.split(' ')[0])).toEqual(['GET']);
  });

  it('is not done when the question is left with Ctrl-C', async () => {
    gateway.answers.push(purchase);
    gateway.ask = async () => {
      throw Object.assign(new Error('Aborted with Ctrl+C'), { name: 'AbortError', code: 'ABORT_ERR' });
    };
    const { code, err } = await gateway.cli('purchase', 'skip', ID, '--reason', 'x');
    expect([code, err.split('\n').at(-2)]).toEqual([2, 'box-office: nothing was done']);
    expect(gateway.asked).toHaveLength(1);
  });

  it('is done with --yes', async () => {
    gateway.answers.push(purchase, { body: { purchaseId: ID, step: 'settle', action: 'skip', next: 'It continues.' } });
    const { code, out } = await gateway.cli('purchase', 'skip', ID, '--reason', 'x', '--yes');
    expect([code, out]).toEqual([0, `Decided for purchase ${ID}: skip at the step settle. It continues.\n`]);
  });
});

describe('an event', () => {
  it('that is cancelled is shown with its refunds, and with what is left to pay back by hand', async () => {
    const amounts = { requestedMinor: 13_500, refundedMinor: 9_000, pendingMinor: 0, skippedMinor: 4_500 };
    gateway.answers.push(
      { body: { ...EVENT, status: 'on_sale' } },
      { status: 202, body: { eventId: '1', status: 'requested' } },
      { body: { eventId: '1', status: 'finished', cancelled: 3, purchases: 3, currency: 'EUR', ...amounts } },
    );
    const { code, out } = await gateway.cli('event', 'cancel', '1', '--reason', 'ill', '--yes', '--wait');
    const money = 'EUR 90.00 refunded, EUR 45.00 left to an operator to pay back by hand';
    expect([code, out]).toEqual([0, `Event 1: finished; 3 of 3 purchases cancelled; ${money}.\n`]);
  });

  it('is created with a key, so that it can be repeated after a lost answer', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'event-')), 'gala.json');
    await writeFile(file, '{"name":"Gala"}');
    const command = ['event', 'create', '--file', file];
    gateway.answers.push(problem(503, 'unavailable'), { status: 201, body: { ...EVENT, status: 'on_sale' } });
    const lost = await gateway.cli(...command);
    const [, key = ''] = /repeat it with --key (\S+)$/m.exec(lost.err) ?? [];
    expect([lost.code, (await gateway.cli(...command, '--key', key)).code]).toEqual([3, 0]);
    expect(gateway.asked.map((one) => one.key)).toEqual([key, key]);
  });

  it('is changed by what is named', async () => {
    gateway.answers.push({ body: { ...EVENT, status: 'closed' } });
    const { code, out } = await gateway.cli('event', 'change', '1', '--status', 'closed');
    expect(code).toBe(0);
    expect(out).toMatch(/^Changed:\n[^]*status +closed\n/);
    expect(gateway.asked).toMatchObject([{ line: 'PATCH /api/events/1', body: { status: 'closed' } }]);
  });
});
