import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Schema } from '@box-office/api-client';
import { startServices } from '@box-office/infra';
import { checkStores } from '../checker/check.js';
import { createEventOnSale, openGatewayClients, type GatewayClients } from '../support/gateway-clients.js';
import type { VolumeHarness } from './volume-harness.js';

const PRICE_MINOR = 2_500;
const CONCURRENT = 50;
const CHECK_INTERVAL_MS = 1_000;
const END_TIMEOUT_MS = 5 * 60_000;
const QUIESCENCE_TIMEOUT_MS = 60_000;
/** No fault was made, so the checker tolerates nothing. */
const NOTHING_LOST = { redisLostData: false, workflowsTerminated: false, corruptedKeys: [] };
const RETURN_URL = 'https://shop.example/back';
const ASKS = 'pm_card_authenticationRequired';

/** What buyers do when their bank asks them, and what their purchases come to. */
const BEHAVIOURS = [
  { name: 'authenticate', method: ASKS, act: true, ends: 'confirmed' },
  { name: 'let it lapse', method: ASKS, act: false, ends: 'declined: authentication_timed_out' },
  { name: 'are declined after it', method: `${ASKS}+decline_lost_card`, act: true, ends: 'declined: card_declined' },
] as const;
type Behaviour = (typeof BEHAVIOURS)[number];

export interface Authentications {
  readonly purchases: number;
  /** How many ended how. */
  readonly ended: Readonly<Record<string, number>>;
  /** From the first request until the last end. */
  readonly tookMs: number;
  /** What is not as it must be; empty if all sums are exact. */
  readonly differences: readonly string[];
}

/**
 * Purchases whose buyers must authenticate: a third does, a third lets it lapse, a third is declined after it. Then every
 * store and the provider's ledger are compared, and no workflow may be left.
 *
 * @param harness with stores that have no other purchases, since all of them are compared
 * @param o.timeoutMs how long a purchase waits for its buyer
 */
export async function measureAuthentications(
  harness: VolumeHarness,
  o: { readonly purchases: number; readonly timeoutMs: number },
): Promise<Authentications> {
  const { stack } = harness;
  const env = {
    PAYMENT_RETURN_ORIGINS: new URL(RETURN_URL).origin,
    AUTHENTICATION_TIMEOUT_MS: String(o.timeoutMs),
  };
  const port = Number(new URL(stack.addresses.paymentUrl).port);
  const simulator = await startServices(stack, { simulator: 1 }, { takePort: async () => port, label: '' });
  const services = await startServices(stack, { api: 1, worker: 1 }, { env, label: 'buying-' });
  try {
    const clients = await openGatewayClients(services.api[0]?.url ?? '', stack.jwtSecret);
    const ticketTypes = [{ name: 'standard', priceMinor: PRICE_MINOR, total: o.purchases }];
    const { id: eventId } = await createEventOnSale(clients.operator, { name: 'Authentications', ticketTypes });
    const startedAt = performance.now();
    const begun = await buyAll(clients, eventId, o.purchases);
    const ends = await endsOf(harness, begun);
    const tookMs = performance.now() - startedAt;
    return { purchases: o.purchases, ...(await compare(harness, clients, { eventId, ends, ...o })), tookMs };
  } finally {
    await services.stop();
    await simulator.stop();
  }
}

/** Requests all of them, and does with each what its buyer does. @returns their behaviours by purchase id */
async function buyAll(clients: GatewayClients, eventId: string, total: number): Promise<Map<string, Behaviour>> {
  const begun = new Map<string, Behaviour>();
  const numbers = Array.from({ length: total }, (_, i) => i).values();
  const buyNext = async (): Promise<void> => {
    for (const number of numbers) {
      const behaviour = BEHAVIOURS[number % BEHAVIOURS.length] ?? BEHAVIOURS[0];
      const { purchaseId, url } = await begin(clients, eventId, behaviour.method);
      begun.set(purchaseId, behaviour);
      if (behaviour.act) await fetch(url.replace('?', '/complete?'), { method: 'POST', redirect: 'manual' });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, buyNext));
  return begun;
}

/** One purchase, until its buyer has to act. */
async function begin({ buyer }: GatewayClients, eventId: string, method: string) {
  const client = await buyer(randomUUID());
  const { data, response } = await client.POST('/api/tickets/purchase', {
    params: { header: { 'Idempotency-Key': randomUUID() } },
    body: { eventId, quantity: 1, payment: { method, returnUrl: RETURN_URL } },
  });
  let purchase: Schema<'OpenPurchase'> | Schema<'Purchase'> | undefined = data?.status === 'open' ? data : undefined;
  while (purchase?.status === 'open' && purchase.nextAction === undefined) {
    await sleep(100);
    const path: { id: string } = { id: purchase.purchaseId };
    purchase = (await client.GET('/api/purchases/{id}', { params: { path } })).data;
  }
  const action = purchase?.nextAction;
  if (!purchase || action?.kind !== 'redirect_to_url') throw new Error(`no authentication: ${response.status}`);
  return { purchaseId: purchase.purchaseId, url: action.url };
}

/** How the purchases ended, with what was expected of each. */
async function endsOf(
  { pool }: VolumeHarness,
  begun: ReadonlyMap<string, Behaviour>,
): Promise<readonly { readonly expected: string; readonly end: string }[]> {
  const deadline = Date.now() + END_TIMEOUT_MS;
  for (;;) {
    const { rows } = await pool.query<{ id: string; end: string | null }>(
      `select id, case when outcome ->> 'reason' is null then outcome ->> 'kind'
                       else concat(outcome ->> 'kind', ': ', outcome ->> 'reason') end as "end"
         from event_ticket_transactions where id = any($1)`,
      [[...begun.keys()]],
    );
    if (rows.every(({ end }) => end !== null) || Date.now() > deadline) {
      return rows.map(({ id, end }) => ({ expected: begun.get(id)?.ends ?? '', end: end ?? 'open' }));
    }
    await sleep(CHECK_INTERVAL_MS);
  }
}

async function compare(
  harness: VolumeHarness,
  { operator }: GatewayClients,
  o: {
    readonly eventId: string;
    readonly purchases: number;
    readonly ends: readonly { readonly expected: string; readonly end: string }[];
  },
): Promise<Pick<Authentications, 'ended' | 'differences'>> {
  const { addresses } = harness.stack;
  const ended: Record<string, number> = {};
  for (const { end } of o.ends) ended[end] = (ended[end] ?? 0) + 1;
  const differences = o.ends
    .filter(({ end, expected }) => end !== expected)
    .map(({ end, expected }) => `a purchase is ${end} instead of ${expected}`);
  // Quiescent: no open row, no running workflow, no message.
  const verdict = await checkStores(
    {
      ...addresses,
      consumerMetricsUrls: [`${harness.consumer.url}/metrics`],
      quiescenceTimeoutMs: QUIESCENCE_TIMEOUT_MS,
      checkIntervalMs: CHECK_INTERVAL_MS,
      ...NOTHING_LOST,
    },
    [],
  );
  if (verdict.kind === 'unknown') differences.push(...verdict.causes);
  if (verdict.kind === 'violated')
    differences.push(...verdict.violations.map((violation) => JSON.stringify(violation)));
  const sold = ended['confirmed'] ?? 0;
  const { data: event } = await operator.GET('/api/events/{id}', { params: { path: { id: o.eventId } } });
  const available = event?.ticketTypes[0]?.available;
  if (available !== o.purchases - sold) differences.push(`${available} tickets are available, and ${sold} were sold`);
  return { ended, differences };
}
