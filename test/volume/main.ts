import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { expensivePlans } from '@box-office/database/testing/plans';
import { OptionError } from '../support/option-error.js';
import { measureAuthentications, type Authentications } from './authentications.js';
import { measureDeliveries, type Deliveries } from './deliveries.js';
import { measureExactness, type Exactness } from './message-exactness.js';
import { openVolumeHarness } from './volume-harness.js';
import { rebuildLargeEvent, type LargeRebuild } from './large-rebuild.js';
import { measureSteadyLag, type SteadyLag } from './steady-lag.js';

const DIR = fileURLToPath(new URL('../../../.local/volume', import.meta.url));

const USAGE = `npm run test:volume -- [--messages N] [--kills K] [--rate R] [--seconds S] [--tickets T] [--rows N] [--seed TEXT]

  --messages  capacity messages; a tenth of them is delivered twice (default 100000)
  --kills     how often the audit consumer is killed with -9 (default 5)
  --rate      sales per second while the consumer's lag is measured (default 500)
  --seconds   duration of that measurement (default 30)
  --tickets   sold tickets of an event whose inventory is rebuilt while another event is sold (default 200000)
  --rows      rows of the tables for which statements are planned (default 1000000)
  --authentications  purchases whose buyers must authenticate (default 1000)
  --deliveries       messages to an integrator whose endpoint fails (default 10000)
  --only      one of messages, rebuild, authentications, deliveries and plans (default: all of them)
  --seed      seed of the message order (default: a fixed one)`;

const DUPLICATES = 0.1;
const PARTS = ['messages', 'rebuild', 'authentications', 'deliveries', 'plans'];
/** How long a purchase waits for its buyer. */
const AUTHENTICATION_TIMEOUT_MS = 60_000;

const stop = new AbortController();
process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
try {
  process.exitCode = await main(stop.signal);
} catch (error) {
  if (!stop.signal.aborted) throw error;
  process.exitCode = 130;
}

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      messages: { type: 'string', default: '100000' },
      kills: { type: 'string', default: '5' },
      rate: { type: 'string', default: '500' },
      seconds: { type: 'string', default: '30' },
      tickets: { type: 'string', default: '200000' },
      rows: { type: 'string', default: '1000000' },
      authentications: { type: 'string', default: '1000' },
      deliveries: { type: 'string', default: '10000' },
      only: { type: 'string' },
      seed: { type: 'string', default: 'volume' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [messages, kills] = [wholeNumber('--messages', values.messages), wholeNumber('--kills', values.kills)];
  const [perSecond, seconds] = [wholeNumber('--rate', values.rate), wholeNumber('--seconds', values.seconds)];
  const [tickets, rows] = [wholeNumber('--tickets', values.tickets), wholeNumber('--rows', values.rows)];
  const purchases = wholeNumber('--authentications', values.authentications);
  const outgoing = wholeNumber('--deliveries', values.deliveries);
  const { only, seed } = values;
  if (only !== undefined && !PARTS.includes(only)) throw new OptionError(`--only ${only} is unknown`);
  let isExact = true;
  if (only === undefined || only === 'authentications') isExact &&= await sellWithAuthentication(purchases, signal);
  if (only === 'authentications') return isExact ? 0 : 1;
  const harness = await openVolumeHarness({ dir: DIR, report: console, signal });
  try {
    if (only === undefined || only === 'messages') {
      const exactness = await measureExactness(harness, { messages, kills, seed, duplicates: DUPLICATES });
      console.log(`\n${exactnessReport(exactness)}`);
      isExact &&= exactness.differences.length === 0;
      signal.throwIfAborted();
      console.log(`\n${lagReport(await measureSteadyLag(harness, { perSecond, seconds }))}`);
      signal.throwIfAborted();
    }
    if (only === undefined || only === 'rebuild') {
      const rebuild = await rebuildLargeEvent(harness, tickets);
      console.log(`\n${rebuildReport(rebuild)}`);
      isExact &&= rebuild.soldInRedis === rebuild.soldInPostgres && rebuild.others.refused.length === 0;
    }
    if (only === undefined || only === 'deliveries') {
      const deliveries = await measureDeliveries(harness, { messages: outgoing, seed });
      console.log(`\n${deliveryReport(deliveries)}`);
      isExact &&= deliveries.differences.length === 0;
    }
    if (only === undefined || only === 'plans') {
      const { databaseUrl, databaseOwnerUrl } = harness.stack.addresses;
      const { templateDatabase } = harness.stack;
      const sizes = [0, 1_000, rows];
      const { statements, expensive } = await expensivePlans(
        { databaseUrl, databaseOwnerUrl, templateDatabase },
        { sizes },
      );
      console.log(
        `\n${statements} statements planned for ${sizes.join(', ')} rows: ${expensive.length} read whole tables`,
      );
      for (const { rows: at, statement, step } of expensive) console.log(`  at ${at} rows: ${step}: ${statement}`);
      isExact &&= expensive.length === 0;
    }
    return isExact ? 0 : 1;
  } finally {
    await harness.close();
  }
}

/** On stores of its own. @returns whether everything is exact */
async function sellWithAuthentication(purchases: number, signal: AbortSignal): Promise<boolean> {
  const harness = await openVolumeHarness({ dir: DIR, report: console, signal, reconciles: true });
  try {
    const result = await measureAuthentications(harness, { purchases, timeoutMs: AUTHENTICATION_TIMEOUT_MS });
    console.log(`\n${authenticationReport(result)}`);
    return result.differences.length === 0;
  } finally {
    await harness.close();
  }
}

function exactnessReport(o: Exactness): string {
  const verdict =
    o.differences.length === 0 ? 'events.capacity is exact, one ledger line per message id' : o.differences.join('\n');
  return [
    `${o.messages} capacity messages, ${o.delivered} deliveries in random order, the consumer killed ${o.kills} times:`,
    `  ${verdict}`,
    `  took          ${(o.tookMs / 1_000).toFixed(1)} s, restarts of the consumer included`,
    `  published     ${o.publishedPerSecond} messages/s`,
    `  applied       ${o.appliedPerSecond} messages/s from a full queue`,
    `  machine       ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`,
  ].join('\n');
}

function lagReport(o: SteadyLag): string {
  const row = (name: string, { p50Ms, p99Ms, maxMs }: SteadyLag['capacity']): string =>
    `  ${name.padEnd(16)} p50 ${p50Ms.toFixed(1)}  p99 ${p99Ms.toFixed(1)}  max ${maxMs.toFixed(1)}`;
  return [
    `${o.perSecond} sales/s for ${o.seconds} s, each with a message on both queues: lag in ms from the sale`,
    row('to the ledger', o.capacity),
    row('to the audit log', o.audit),
    `  p99 from publishing to acknowledgement after the commit: at most ${o.acknowledgedP99AtMostMs}`,
  ].join('\n');
}

function rebuildReport(o: LargeRebuild): string {
  const { sold, p50Ms, maxMs, refused } = o.others;
  return [
    `Redis lost an event with ${o.tickets} tickets sold, while another event was sold:`,
    `  unavailable       ${(o.unavailableMs / 1_000).toFixed(1)} s, until the first ticket is sold again`,
    `  longest command   ${o.maxRedisCommand.ms.toFixed(1)} ms in Redis (${o.maxRedisCommand.name})`,
    `  the other event   ${sold} sold, p50 ${p50Ms.toFixed(0)} ms, the slowest ${maxMs.toFixed(0)} ms, ${refused.length} refused`,
    `  sold              ${o.soldInRedis} in Redis, ${o.soldInPostgres} in PostgreSQL`,
  ].join('\n');
}

function authenticationReport(o: Authentications): string {
  return [
    `${o.purchases} purchases whose buyers must authenticate, in ${(o.tookMs / 1_000).toFixed(1)} s:`,
    ...Object.entries(o.ended).map(([end, count]) => `  ${String(count).padStart(6)} ${end}`),
    `  ${o.differences.length === 0 ? 'stores and the provider’s ledger agree, no workflow is left' : o.differences.join('\n  ')}`,
  ].join('\n');
}

function deliveryReport(o: Deliveries): string {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  return [
    `${o.messages} messages to an endpoint that works, and to one that fails half of the time and is unavailable for 5 s:`,
    `  ${o.differences.length === 0 ? 'each arrived under one id, with signatures that verify' : o.differences.join('\n  ')}`,
    `  working     all after ${seconds(o.workingMs)}`,
    `  failing     all after ${seconds(o.failingMs)}, ${o.requests} requests, at most ${o.mostRequests} for one, ${o.replayed} replayed`,
  ].join('\n');
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new OptionError(`${name} must be a whole number`);
  return value;
}
