import { parseArgs } from 'node:util';

/** Steps of the bench that can be selected. */
const STEPS = [
  'noop',
  'purchase',
  'direct',
  'hono',
  'middleware',
  'lua',
  'openLoop',
  'slowProvider',
  'soldOut',
  'pages',
  'doors',
  'growth',
] as const;
type Step = (typeof STEPS)[number];

/** Numbers of concurrent buyers in the closed loops. */
const BUYERS = [1, 8, 60, 200, 400] as const;
/** Quick runs measure the baselines only if a ratio needs them. */
const QUICK_BASELINE_BUYERS: readonly number[] = [1, 8, 60, 400];

export interface BenchOptions {
  readonly quick: boolean;
  readonly jsonFile?: string;
  readonly steps: ReadonlySet<Step>;
  readonly buyers: readonly number[];
  readonly baselineBuyers: readonly number[];
  /** Duration of a closed loop's measurement, and of its warm-up. */
  readonly measureMs: number;
  readonly warmUpMs: number;
  /** Duration of an open loop's measurement. */
  readonly openLoopMs: number;
  /** Purchases of each growth step, and its time limit. */
  readonly growthPurchases: number;
  readonly growthLimitMs: number;
  /** Capacity in purchases per second for the open loops; measured by the closed loops by default. */
  readonly capacityPerSecond?: number;
  readonly processes: { readonly api: number; readonly worker: number; readonly auditConsumer: number };
  /** Added to the environment of every service. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder for CPU profiles of every service in every step, and for PostgreSQL's statement times. */
  readonly profileDir?: string;
  /** Files with earlier results. If given, print their medians and run nothing. */
  readonly median: readonly string[];
}

export const USAGE = `npm run bench -- [options]
  --quick            shorter steps: under four minutes
  --json FILE        write all results to FILE as well
  --only STEPS       some of ${STEPS.join(', ')}
  --buyers LIST      concurrent buyers of the closed loops (${BUYERS.join(',')})
  --seconds N        duration of each loop's measurement
  --rate N           capacity in purchases per second for the open loops
  --gateways N --workers N --consumers N   number of processes (1)
  --env NAME=VALUE   environment variable of all services; may be given several times
  --profile DIR      write CPU profiles and statement times to DIR; makes everything slower
  --median FILE...   run nothing; print the medians of results that were written with --json`;

/** @throws Error with a message for the user, if an option is wrong */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      only: { type: 'string' },
      buyers: { type: 'string' },
      seconds: { type: 'string' },
      rate: { type: 'string' },
      gateways: { type: 'string', default: '1' },
      workers: { type: 'string', default: '1' },
      consumers: { type: 'string', default: '1' },
      env: { type: 'string', multiple: true, default: [] },
      profile: { type: 'string' },
      median: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 0 && !values.median) throw new Error(`unexpected arguments: ${positionals.join(' ')}`);
  const { quick } = values;
  const buyers = values.buyers?.split(',').map((text) => positive('--buyers', text));
  const seconds = values.seconds === undefined ? undefined : positive('--seconds', values.seconds) * 1_000;
  return {
    quick,
    ...(values.json !== undefined && { jsonFile: values.json }),
    steps: new Set(values.only === undefined ? STEPS : values.only.split(',').map(stepNamed)),
    buyers: buyers ?? BUYERS,
    baselineBuyers: buyers ?? (quick ? QUICK_BASELINE_BUYERS : BUYERS),
    measureMs: seconds ?? (quick ? 4_000 : 15_000),
    warmUpMs: quick ? 1_000 : 3_000,
    openLoopMs: seconds ?? (quick ? 6_000 : 30_000),
    growthPurchases: quick ? 10_000 : 50_000,
    growthLimitMs: quick ? 15_000 : 300_000,
    ...(values.rate !== undefined && { capacityPerSecond: positive('--rate', values.rate) }),
    processes: {
      api: positive('--gateways', values.gateways),
      worker: positive('--workers', values.workers),
      auditConsumer: positive('--consumers', values.consumers),
    },
    env: Object.fromEntries(values.env.map(setting)),
    ...(values.profile !== undefined && { profileDir: values.profile }),
    median: values.median ? positionals : [],
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} takes numbers above 0, not ${text}`);
  return value;
}

function setting(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--env takes NAME=VALUE, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function stepNamed(name: string): Step {
  const step = STEPS.find((known) => known === name);
  if (!step) throw new Error(`there is no step ${name}; there are ${STEPS.join(', ')}`);
  return step;
}
