import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createStripePayments, paymentKey, simulatorSettings, type StripePayments } from '@box-office/payments';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder = '';
let ledgerFile = '';
let child: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durability-'));
  ledgerFile = join(folder, 'ledger.jsonl');
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** Starts the real process on any free port; its log says which. */
async function start(): Promise<{ child: ChildProcess; payments: StripePayments; url: string }> {
  const env = { SIMULATOR_PORT: '0', SIMULATOR_LEDGER_FILE: ledgerFile };
  const started = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  let log = '';
  for await (const chunk of started.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    log += String(chunk);
    const url = /"url":"([^"]+)"/.exec(log)?.[1];
    if (url !== undefined) {
      started.stdout.resume();
      return { child: started, payments: createStripePayments({ ...simulatorSettings(url), timeoutMs: 5_000 }), url };
    }
  }
  throw new Error(`the simulator did not start: ${log}`);
}

async function end(running: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(running, 'exit') as Promise<[number | null]>;
  running.kill(signal);
  return (await ended)[0];
}

const order = (purchaseId: string, method = 'pm_approve') => ({
  key: paymentKey(purchaseId, 1, 'authorise'),
  amountMinor: 5_000,
  currency: 'EUR',
  method,
  purchaseId,
});

describe('the simulator process', () => {
  it('loses nothing that it answered, though it is killed in the middle of its work and its last line is torn', async () => {
    const answered = new Map<string, string>();
    const captured = new Set<string>();
    const first = await start();
    let killed = false;
    const buyer = async (name: number): Promise<void> => {
      for (let i = 0; !killed; i++) {
        const purchaseId = `p-${name}-${i}`;
        try {
          const result = await first.payments.authorise(order(purchaseId));
          if (result.kind !== 'authorised') throw new Error(result.kind);
          answered.set(purchaseId, result.authorisationId);
          const { authorisationId } = result;
          await first.payments.capture({ key: paymentKey(purchaseId, 1, 'capture'), authorisationId });
          captured.add(purchaseId);
        } catch (error) {
          if (!killed) throw error;
        }
      }
    };
    const buyers = Promise.all(Array.from({ length: 20 }, (_, name) => buyer(name)));
    await vi.waitFor(() => expect(captured.size).toBeGreaterThan(20), { timeout: 20_000, interval: 20 });
    killed = true;
    await end(first.child, 'SIGKILL');
    await buyers;
    first.payments.close();

    await appendFile(ledgerFile, '{"type":"captured","at":17');
    const second = await start();
    const found = await second.payments.readPurchases(
      [...answered].map(([purchaseId, id]) => ({ purchaseId, authorisationIds: [id], since: null })),
    );
    expect(found.map(({ purchaseId }) => purchaseId).sort()).toEqual([...answered.keys()].sort());
    for (const { purchaseId, authorisations } of found) {
      expect(authorisations).toMatchObject([{ authorisationId: answered.get(purchaseId) }]);
      if (captured.has(purchaseId)) expect(authorisations).toMatchObject([{ state: 'captured', capturedMinor: 5_000 }]);
    }
    second.payments.close();
    expect(await end(second.child, 'SIGTERM')).toBe(0);
  });

  it('stops within moments though a caller waits for an answer that never comes', async () => {
    const { child, payments } = await start();
    const waiting = payments.authorise(order('silent', 'pm_timeout_after_charge'));
    const outcome = expect(waiting).rejects.toThrow('503');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const startedAt = Date.now();
    expect(await end(child, 'SIGTERM')).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    await outcome;
    payments.close();
  });

  it('reads a ledger of an earlier release', async () => {
    ledgerFile = join(folder, 'earlier.jsonl');
    const intent = { purchaseId: 'p-old', amountMinor: 5_000, currency: 'EUR', method: 'pm_approve' };
    const lines = [
      { type: 'authorised', at: 1_700_000_000_000, key: 'p-old:1:authorise', authorisationId: 'auth_1', ...intent },
      { type: 'captured', at: 1_700_000_000_100, key: 'p-old:1:capture', authorisationId: 'auth_1' },
      { type: 'declined', at: 1_700_000_000_200, key: 'p-old:2:authorise', ...intent, reason: 'insufficient_funds' },
    ];
    await appendFile(ledgerFile, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { child, payments } = await start();
    const query = { purchaseId: 'p-old', authorisationIds: ['auth_1'], since: null };
    expect(await payments.readPurchases([query])).toMatchObject([
      { authorisations: [{ key: 'p-old:1:authorise', state: 'captured', capturedMinor: 5_000 }] },
    ]);
    payments.close();
    expect(await end(child, 'SIGTERM')).toBe(0);
  });

  it('refuses to start with a ledger that it cannot read', async () => {
    ledgerFile = join(folder, 'spoilt.jsonl');
    await appendFile(ledgerFile, '{"type":"nonsense"}\n');
    await expect(start()).rejects.toThrow('line 1 cannot be read');
  });
});
