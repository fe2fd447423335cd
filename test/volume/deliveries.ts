import { setTimeout as sleep } from 'node:timers/promises';
import { startServices } from '@box-office/infra';
import { openReceiver, type Received, type Receiver } from '@box-office/workflows/testing';
import { Webhook } from 'standardwebhooks';
import { createRandom } from '../faults/random.js';
import { openGatewayClients, type GatewayClients } from '../support/gateway-clients.js';
import type { VolumeHarness } from './volume-harness.js';

const TYPE = 'purchase.confirmed';
const FAILING = 0.5;
const SLOW = { share: 0.02, ms: 500 } as const;
const DEAD_MS = 5_000;
const CHECK_INTERVAL_MS = 500;
const TIMEOUT_MS = 9 * 60_000;

export interface Deliveries {
  readonly messages: number;
  /** Requests to the endpoint that fails, and the most for one message. */
  readonly requests: number;
  readonly mostRequests: number;
  /** Messages whose schedule was over, and which an operator had sent again. */
  readonly replayed: number;
  /** Until an endpoint that works had every message, and until the other one had. */
  readonly workingMs: number;
  readonly failingMs: number;
  readonly differences: readonly string[];
}

/**
 * Messages to two endpoints. One of them answers half of the requests with an error, some slowly, and is unavailable for a
 * while. The waits of the schedule are shortened: what waits is made due.
 */
export async function measureDeliveries(
  harness: VolumeHarness,
  o: { readonly messages: number; readonly seed: string },
): Promise<Deliveries> {
  const { stack, pool } = harness;
  const services = await startServices(stack, { api: 1, worker: 1 }, { label: 'delivering-' });
  const random = createRandom(o.seed);
  const differences: string[] = [];
  const secrets = { working: '', failing: '' };
  /** Signatures are verified when they arrive: they are refused when they are old. */
  const check = ({ body, headers }: Received, secret: string): void => {
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>);
    } catch (error) {
      differences.push(String(error));
    }
  };
  const openFailing = (port?: number): Promise<Receiver> =>
    openReceiver((request, response) => {
      check(request, secrets.failing);
      response.statusCode = random.chance(FAILING) ? 500 : 200;
      setTimeout(() => response.end(), random.chance(SLOW.share) ? SLOW.ms : 0);
    }, port);
  let failing = await openFailing();
  const working = await openReceiver((request, response) => {
    check(request, secrets.working);
    response.end();
  });
  const requests: Receiver[] = [failing];
  try {
    const { operator } = await openGatewayClients(services.api[0]?.url ?? '', stack.jwtSecret);
    const startedAt = performance.now();
    const endpoint = await register(operator, failing.url);
    secrets.failing = endpoint.secret ?? '';
    secrets.working = (await register(operator, working.url)).secret ?? '';
    await pool.query(
      `select write_webhook_message($1, jsonb_build_object('number', n)) from generate_series(1, $2::integer) n`,
      [TYPE, o.messages],
    );
    const accepted = (): number => new Set(requests.flatMap((receiver) => [...receiver.accepted])).size;
    let [workingMs, replayed, wasDead] = [0, 0, false];
    while (accepted() < o.messages && performance.now() - startedAt < TIMEOUT_MS) {
      await sleep(CHECK_INTERVAL_MS);
      if (workingMs === 0 && working.accepted.size >= o.messages) workingMs = performance.now() - startedAt;
      if (!wasDead && accepted() > o.messages / 4) {
        wasDead = true;
        await failing.close();
        await sleep(DEAD_MS);
        failing = await openFailing(Number(new URL(failing.url).port));
        requests.push(failing);
      }
      await pool.query(`update webhook_deliveries set due_at = now() where status = 'pending' and due_at > now()`);
      replayed += await replayFailed(harness, operator, endpoint.endpointId);
    }
    const failingMs = performance.now() - startedAt;
    differences.push(...compare(o.messages, requests), ...compare(o.messages, [working]));
    const counts = countById(requests);
    return {
      messages: o.messages,
      replayed,
      workingMs,
      failingMs,
      differences,
      requests: [...counts.values()].reduce((sum, count) => sum + count, 0),
      mostRequests: Math.max(...counts.values()),
    };
  } finally {
    await services.stop();
    await failing.close();
    await working.close();
  }
}

async function register(operator: GatewayClients['operator'], url: string) {
  const { data, response } = await operator.POST('/api/operations/webhooks', { body: { url, types: [TYPE] } });
  if (!data) throw new Error(`no endpoint was registered: ${response.status}`);
  return data;
}

/** Has an operator send again what failed for good. @returns how many */
async function replayFailed(
  { pool }: VolumeHarness,
  operator: GatewayClients['operator'],
  endpointId: string,
): Promise<number> {
  const { rows } = await pool.query<{ id: string }>(
    `select message_id as id from webhook_deliveries where endpoint_id = $1 and status = 'failed' limit 100`,
    [endpointId],
  );
  for (const { id } of rows) {
    await operator.POST('/api/operations/webhooks/{id}/replay', {
      params: { path: { id: endpointId } },
      body: { messageId: id },
    });
  }
  return rows.length;
}

const countById = (receivers: readonly Receiver[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { id } of receivers.flatMap(({ received }) => received)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
};

/** The endpoint has each message at least once, under one id. @param receivers one after the other, of one endpoint */
function compare(messages: number, receivers: readonly Receiver[]): readonly string[] {
  const differences: string[] = [];
  const accepted = new Set(receivers.flatMap((receiver) => [...receiver.accepted]));
  if (accepted.size !== messages) differences.push(`an endpoint has accepted ${accepted.size} of ${messages}`);
  const idByNumber = new Map<number, string>();
  for (const { id, body } of receivers.flatMap(({ received }) => received)) {
    const { data } = JSON.parse(body) as { data: { number: number } };
    if ((idByNumber.get(data.number) ?? id) !== id) differences.push(`message ${data.number} has two ids`);
    idByNumber.set(data.number, id);
  }
  if (idByNumber.size !== messages) differences.push(`an endpoint has received ${idByNumber.size} of ${messages}`);
  return differences;
}
