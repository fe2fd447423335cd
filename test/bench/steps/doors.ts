import { randomUUID } from 'node:crypto';
import { createApiClient, problemText } from '@box-office/api-client';
import { signToken } from '@box-office/infra';
import { openGatewayClients } from '../../support/gateway-clients.js';
import { CountsWrong } from '../checking/sale.js';
import { openLoop } from '../load/open-loop.js';
import type { Measured } from '../load/recorder.js';
import { cpuOf, difference } from '../measuring/processes.js';
import type { BenchHarness } from '../bench-harness.js';

const DOORS = 8;
const TICKETS_PER_PURCHASE = 10;
/** Every so many tickets are shown at two doors at once. */
const COPIED_EVERY = 10;

export interface Doors extends Measured {
  /** CPU of the gateway and PostgreSQL for one scan. */
  readonly cpuMsPerScan: number;
  /** Tickets that were shown at two doors at once, each admitted at one of them. */
  readonly copies: number;
}

/**
 * Measures scans at a fixed rate over eight doors, each of a ticket that was not used. Some tickets are shown at two doors
 * at the same moment.
 *
 * @throws CountsWrong if a ticket was not admitted exactly once
 */
export async function measureDoors(
  harness: BenchHarness,
  o: { readonly perSecond: number; readonly warmUpMs: number; readonly measureMs: number },
): Promise<Doors> {
  const total = Math.ceil((o.perSecond * (o.warmUpMs + o.measureMs)) / 1_000);
  const [eventId = ''] = await harness.createEvents(1, total + TICKETS_PER_PURCHASE);
  const codes = await buyCodes(harness, eventId, total);
  const doors = await Promise.all(Array.from({ length: DOORS }, (_, i) => openDoor(harness, eventId, `door-${i}`)));
  let copies = 0;
  const scan = (door: number, ticket: number) => doors[door % DOORS]?.(codes[ticket] ?? '');

  const cpuBefore = cpuOf(harness.processes);
  const { all } = await openLoop({
    ...o,
    async attempt(ticket) {
      const isCopied = ticket % COPIED_EVERY === 0;
      const results = await Promise.all([scan(ticket, ticket), ...(isCopied ? [scan(ticket + 1, ticket)] : [])]);
      if (isCopied) copies += 1;
      const admitted = results.filter((result) => result === 'admitted').length;
      if (admitted !== 1) throw new CountsWrong([`a ticket was shown and the doors said ${results.join(', ')}`]);
      return { counts: true };
    },
  });
  const cpu = difference(cpuOf(harness.processes), cpuBefore);
  const { rows } = await harness.pool.query<{ n: number }>(
    'select sum(admitted)::int as n from event_admissions where event_id = $1',
    [eventId],
  );
  if (rows[0]?.n !== total) throw new CountsWrong([`${rows[0]?.n} admissions of ${total} tickets`]);
  const cpuMsPerScan = ((cpu['gateway'] ?? 0) + (cpu['postgres'] ?? 0)) / (total + copies);
  return { ...all, cpuMsPerScan, copies };
}

/** Codes of so many tickets. */
async function buyCodes(harness: BenchHarness, eventId: string, total: number): Promise<string[]> {
  const { buyer } = await openGatewayClients(harness.gatewayUrls[0] ?? '', harness.jwtSecret);
  const codes: string[] = [];
  while (codes.length < total) {
    const client = await buyer(randomUUID());
    const bought = await client.POST('/api/tickets/purchase', {
      params: { header: { 'Idempotency-Key': randomUUID() } },
      body: { eventId, quantity: TICKETS_PER_PURCHASE, payment: { method: 'pm_approve' } },
    });
    if (!bought.data) throw new Error(`no tickets: ${problemText(bought.error)}`);
    const path = { id: bought.data.purchaseId };
    const { data } = await client.GET('/api/purchases/{id}/tickets', { params: { path } });
    codes.push(...(data?.tickets.map(({ code }) => code ?? '') ?? []));
  }
  return codes;
}

/** A door as a function from a code to the result of its scan. */
async function openDoor(
  { gatewayUrls, jwtSecret }: BenchHarness,
  eventId: string,
  subject: string,
): Promise<(code: string) => Promise<string>> {
  const token = await signToken(jwtSecret, { subject, role: 'door', events: [eventId] });
  const client = createApiClient({ url: gatewayUrls[0] ?? '', token, timeoutMs: 10_000 });
  return async (code) => {
    const { data, error } = await client.POST('/api/check-ins', {
      params: { header: { 'Idempotency-Key': randomUUID() } },
      body: { code, gate: subject },
    });
    if (!data) throw new Error(`no answer to a scan: ${problemText(error)}`);
    return data.result;
  };
}
