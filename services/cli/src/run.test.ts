import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configOf } from './config.js';
import { run } from './run.js';

// Stands where the gateway does: what is sent to it, and how its answers are shown.
interface Asked {
  readonly line: string;
  readonly key: string | undefined;
  readonly body: unknown;
}
interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

const ID = '0786e9be-ee41-50d7-986b-7c911c41e848';
let server: Server;
let url: string;
let asked: Asked[];
let answers: Answer[];

beforeAll(async () => {
  server = createServer((request, response) => {
    void textOf(request).then((text) => {
      asked.push({
        line: `${request.method} ${request.url}`,
        key: request.headers['idempotency-key']?.toString(),
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      });
      const { status = 200, body } = answers.shift() ?? { status: 500, body: {} };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  [asked, answers] = [[], []];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const cli = Object.assign(
  (...args: readonly string[]) => withVariables({ API_URL: `${url}/`, OPERATOR_TOKEN: 'a.b.c' }, ...args),
  { with: withVariables },
);

async function withVariables(variables: Record<string, string>, ...args: readonly string[]) {
  const written = { out: '', err: '' };
  const into = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const readConfig = () => configOf(variables, []);
  const code = await run(args, { out: into('out'), err: into('err'), readConfig });
  return { code, ...written };
}

/** What the gateway tells operators of a purchase that is stuck in a batch. */
const BEHIND = {
  workflowId: 'purchases/7',
  workflows: [
    {
      ...{ workflowId: 'purchases/7', status: 'RUNNING', closedAt: null, pausedSteps: ['capture'] },
      stuck: { step: 'authorise', since: '2026-11-25T17:00:00.000Z', cause: 'HTTP 503' },
    },
  ],
  cancellations: [
    {
      ...{ cancellationId: ID, status: 'waiting', requestedBy: 'ann', byOperator: false, reason: 'ill\n# Sold' },
      requestedAt: '2026-11-25T17:05:00.000Z',
    },
  ],
  decisions: [
    {
      ...{ at: '2026-11-25T17:06:00.000Z', operator: 'olga', verified: true, channel: 'api', action: 'retry' },
      ...{ step: 'authorise', reason: 'it is back' },
    },
  ],
};

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
    const { code, out, err } = await cli(...args);
    expect([code, out, asked]).toEqual([2, '', []]);
    if (args.length > 0) expect(err).toMatch(/^box-office: [^\n]+\n$/);
  });

  it('says with 2 and one line that nothing is configured', async () => {
    const { code, out, err } = await cli.with({}, 'status');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^box-office: nothing is configured[^\n]+\n$/);
  });

  it('tells its version', async () => {
    const { code, out } = await cli('--version');
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('has help with examples for every command', async () => {
    const groups = commandsIn((await cli('--help')).out);
    expect(groups).toContain('dead-letters');
    for (const group of groups) {
      const inside = commandsIn((await cli(group, '--help')).out);
      for (const args of inside.length === 0 ? [[group]] : inside.map((name) => [group, name])) {
        const { code, err, out } = await cli(...args, '--help');
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
    answers.push(answer);
    const { err, ...rest } = await cli('purchase', 'retry', ID, '--reason', 'x');
    expect(rest).toEqual({ code, out: '' });
    expect(err).toMatch(/^box-office: [^\n]+\n$/);
    expect(err).toContain(words);
  });
});

describe('a decision about a purchase', () => {
  it('is sent with its reason and a key of its own, and says what was decided and what follows', async () => {
    const next = 'The authorisation so far is reversed first.';
    for (const action of ['correct', 'retry'])
      answers.push({ body: { purchaseId: ID, step: 'authorise', action, next } });
    const why = ['--reason', 'another card', '--operator', 'ann'];
    const corrected = await cli('purchase', 'correct', ID.toUpperCase(), '--payment-method', 'pm_approve', ...why);
    await cli('purchase', 'retry', ID, '--reason', 'it is back', '--json');
    const out = `Decided for purchase ${ID}: correct at the step authorise. ${next}\n`;
    expect(corrected).toEqual({ code: 0, out, err: '' });
    const line = `POST /api/operations/purchases/${ID}/resolve`;
    const reason = 'another card (decided by ann)';
    expect(asked).toMatchObject([
      { line, body: { action: 'correct', reason, paymentMethod: 'pm_approve' } },
      { line, body: { action: 'retry', reason: 'it is back' } },
    ]);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(2);
  });

  it('that was perhaps not carried out tells how to repeat it as the same one', async () => {
    const command = ['purchase', 'retry', ID, '--reason', 'x'];
    answers.push(problem(503, 'unavailable'), { body: { purchaseId: ID, step: 'settle', action: 'retry' } });
    const lost = await cli(...command);
    const [, key = ''] = /--key (\S+)$/m.exec(lost.err) ?? [];
    expect([lost.code, (await cli(...command, '--key', key)).code]).toEqual([3, 0]);
    expect(asked.map((one) => one.key)).toEqual([key, key]);
  });
});

describe('what cannot be undone', () => {
  const purchase = { body: { purchaseId: ID, status: 'open', userId: 'ann', eventId: '1' } };
  const event = { body: { id: '1', name: 'Gala', status: 'on_sale', currency: 'EUR', ticketTypes: [] } };

  it.each([
    ['skip', ['purchase', 'skip', ID, '--reason', 'x'], purchase],
    ['compensate', ['purchase', 'compensate', ID, '--reason', 'x'], purchase],
    ['cancel', ['purchase', 'cancel', ID], purchase],
    ['event cancel', ['event', 'cancel', '1', '--reason', 'x'], event],
  ])('is shown first, and %s is not done without --yes without a terminal to confirm on', async (_, args, shown) => {
    answers.push(shown);
    const { code, out, err } = await cli(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^(skip|compensate|cancel) /);
    expect(err).toMatch(/box-office: nothing was done: --yes is needed[^\n]*\n$/);
    expect(asked.map(({ line }) => line.split(' ')[0])).toEqual(['GET']);
  });

  it('is done with --yes', async () => {
    answers.push(purchase, { body: { purchaseId: ID, step: 'settle', action: 'skip', next: 'It continues.' } });
    const { code, out } = await cli('purchase', 'skip', ID, '--reason', 'x', '--yes');
    expect([code, out]).toEqual([0, `Decided for purchase ${ID}: skip at the step settle. It continues.\n`]);
  });
});

describe('an event', () => {
  it('is changed by what is named', async () => {
    answers.push({ body: { id: '1', name: 'Gala', status: 'closed', currency: 'EUR', ticketTypes: [] } });
    const { code, out } = await cli('event', 'change', '1', '--status', 'closed');
    expect(code).toBe(0);
    expect(out).toMatch(/^Changed:\n[^]*status +closed\n/);
    expect(asked).toMatchObject([{ line: 'PATCH /api/events/1', body: { status: 'closed' } }]);
  });
});

describe('what waits for an operator', () => {
  const waiting = (n: number) => ({
    ...{ workflowId: `purchase/${n}`, runId: 'r', purchaseIds: [ID], eventIds: ['1'], userIds: [`user_${n}`] },
    ...{
      since: '2026-11-25T17:00:00.000Z',
      step: 'settle',
      cause: 'Redis is unavailable\nfor long',
      details: '',
      cancellations: [],
    },
  });

  it('is listed page by page as far as it was asked for', async () => {
    const page = (from: number, count: number) => Array.from({ length: count }, (_, i) => waiting(from + i));
    answers.push({ body: { purchases: page(0, 100), next: 'a' } }, { body: { purchases: page(100, 20), next: 'b' } });
    const { code, out } = await cli('attention', '--limit', '120');
    expect(code).toBe(0);
    expect(asked.map(({ line }) => line)).toEqual([
      'GET /api/operations/attention?limit=100',
      'GET /api/operations/attention?limit=20&after=a',
    ]);
    expect(out).toContain(`purchase/0\n  step       settle\n  cause      Redis is unavailable for long\n`);
    expect(out).toMatch(/\n120 workflows wait, and there are more\.\n$/);
  });

  it('is shown with a purchase that is open', async () => {
    answers.push(
      { body: { purchaseId: ID, status: 'open', userId: 'ann', eventId: '1' } },
      { body: BEHIND },
      { body: { purchases: [waiting(1)], next: null } },
      { body: { findings: [], next: null } },
    );
    const { out } = await cli('purchase', 'show', ID);
    expect(out).toMatch(/^status +open$/m);
    expect(out).toContain('It waits for an operator:');
    expect(out).toMatch(/^workflow +purchases\/7$/m);
    expect(out).toContain('purchases/7 waits for an operator at the step authorise since 2026-11-25 17:00:00Z.');
    expect(out).toContain('purchases/7: the step capture is paused');
    expect(out).toContain(
      `Cancellation ${ID} was asked for by buyer ann at 2026-11-25 17:05:00Z: the purchase was told to stop, and this waits until it has its outcome. Reason given: ill # Sold`,
    );
    expect(out).toMatch(/2026-11-25 17:06:00Z +olga +verified +api +retry +authorise +it is back/);
  });
});

describe('a comparison', () => {
  const counts = { events: 2, recovered: 1, found: 3, repaired: 2, handedOver: 1 };
  const requested = { reconciliationId: ID, requestedBy: 'olga', scope: 'all' };

  it('is waited for, and ends with 1 if something is handed over to an operator', async () => {
    answers.push(
      { status: 202, body: { ...requested, status: 'requested' } },
      { body: { ...requested, status: 'running' } },
      { body: { ...requested, status: 'finished', counts } },
    );
    expect(await cli('reconcile', '--wait')).toEqual({
      code: 1,
      out: '2 events compared: 1 recovered, 3 found, 2 repaired, 1 left to an operator.\n',
      err: 'box-office: 1 finding waits for an operator\n',
    });
    expect(asked[2]?.line).toBe(`GET /api/operations/reconciliation/${ID}`);
  });

  it('is only begun without --wait', async () => {
    answers.push({ status: 202, body: { ...requested, status: 'running' } });
    expect(await cli('reconcile', '--event', '1')).toMatchObject({
      code: 0,
      out: `Reconciliation run ${ID} continues.\n`,
    });
    expect(asked).toMatchObject([{ body: { eventId: '1' } }]);
  });
});
