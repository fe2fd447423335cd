import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { proveExactness, type Exactness } from './exactness.js';
import { openGround } from './ground.js';
import { measureSteadyLag, type SteadyLag } from './steady.js';

const DIR = fileURLToPath(new URL('../../../.local/volume', import.meta.url));

const USAGE = `npm run test:volume -- [--messages N] [--kills K] [--rate R] [--seconds S] [--seed TEXT]

  --messages  capacity messages, a tenth of which come twice (default 100000)
  --kills     how often the audit consumer is killed with -9 meanwhile (default 5)
  --rate      sales per second whose lag is measured afterwards (default 500)
  --seconds   for how long (default 30)
  --seed      what to draw the order from (default: a fixed one)`;

const DUPLICATES = 0.1;

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
  const ground = await openGround({ dir: DIR, report: console, signal });
  try {
    const { seed } = values;
    const exactness = await proveExactness(ground, { messages, kills, seed, duplicates: DUPLICATES });
    console.log(`\n${inWords(exactness)}`);
    signal.throwIfAborted();
    console.log(`\n${lagInWords(await measureSteadyLag(ground, { perSecond, seconds }))}`);
    return exactness.wrong.length === 0 ? 0 : 1;
  } finally {
    await ground.close();
  }
}

function inWords(o: Exactness): string {
  const verdict =
    o.wrong.length === 0 ? 'events.capacity is exact, one ledger line per message id' : o.wrong.join('\n');
  return [
    `${o.messages} capacity messages, ${o.delivered} deliveries in random order, the consumer killed ${o.kills} times:`,
    `  ${verdict}`,
    `  took          ${(o.tookMs / 1_000).toFixed(1)} s, restarts of the consumer included`,
    `  published     ${o.publishedPerSecond} messages/s`,
    `  applied       ${o.appliedPerSecond} messages/s from a full queue`,
    `  machine       ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`,
  ].join('\n');
}

function lagInWords(o: SteadyLag): string {
  const row = (name: string, { p50Ms, p99Ms, maxMs }: SteadyLag['capacity']): string =>
    `  ${name.padEnd(16)} p50 ${p50Ms.toFixed(1)}  p99 ${p99Ms.toFixed(1)}  max ${maxMs.toFixed(1)}`;
  return [
    `${o.perSecond} sales/s for ${o.seconds} s, each with a message on both queues: lag in ms from the sale`,
    row('to the ledger', o.capacity),
    row('to the audit log', o.audit),
    `  p99 from publishing to acknowledgement, after the commit: at most ${o.acknowledgedP99AtMostMs}`,
  ].join('\n');
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be a whole number`);
  return value;
}
