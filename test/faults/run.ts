import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reporter } from '@box-office/infra';
import { checkStores, type Verdict } from '../checker/check.js';
import { describeViolation } from '../checker/violation.js';
import { letBuyersCome, probe } from './buyers/crowd.js';
import { openDesk, type Desk } from './buyers/desk.js';
import { openGateways, type Gateways } from './buyers/gateways.js';
import { settle, type Task } from './buyers/task.js';
import { openArena, type Arena } from './ground/arena.js';
import { createEvents, type EventOnSale } from './ground/events.js';
import type { FaultKind, FaultRecord } from './injection/fault.js';
import { injectOneByOne, injectTogether } from './injection/injection.js';
import { createRandom, type Random } from './random.js';

const LANES = ['a', 'b'];
const TICKETS_PER_WISH = 2.5;
/** Answers that no request of these buyers should get, whatever is broken. */
const MISTAKES: ReadonlySet<number> = new Set([400, 401, 403, 405, 413, 415, 422]);

/** How long a run takes and how much happens in it. */
export interface Pace {
  readonly perSecond: number;
  /** Sales without faults at the beginning. */
  readonly calmMs: number;
  readonly oneByOneMs: number;
  readonly togetherMs: number;
  readonly patienceMs: readonly number[];
  readonly settleTimeoutMs: number;
  readonly restTimeoutMs: number;
}

export interface RunOptions {
  readonly seed: string;
  readonly dir: string;
  readonly kinds: readonly FaultKind[];
  readonly pace: Pace;
  readonly report: Reporter;
  /** Ends the run early, with everything taken down. */
  readonly signal: AbortSignal;
}

/** Everything that a run has to tell. */
export interface RunResult {
  readonly seed: string;
  readonly verdict: Verdict;
  readonly calls: Desk['calls'];
  readonly faults: readonly FaultRecord[];
  /** From the end of the last fault until the system was at rest, buyers who asked on included; null if it never was. */
  readonly restAfterMs: number | null;
  /** Where the logs and records are, if the run did not hold. */
  readonly kept: string | null;
}

/**
 * One run: sales and faults drawn from the seed, then everything is brought back, every persistent buyer gets an
 * answer, the system comes to rest and is checked. The stores are kept if the verdict is not that the invariants hold.
 *
 * @throws the signal's reason, when it ends the run
 */
export async function runFaults(o: RunOptions): Promise<RunResult> {
  const random = createRandom(o.seed);
  const arena = await openArena({ dir: o.dir, lanes: LANES, report: o.report });
  let keepData = false;
  try {
    const record = openRecord(join(o.dir, 'logs'));
    const gateways = openGateways({
      urls: arena.lanes.map((lane) => lane.api.url),
      jwtSecret: arena.stack.jwtSecret,
    });
    const desk = openDesk(gateways, (call) => record('call', call));
    const { faults, verdict } = await play(arena, gateways, desk, random, o);
    for (const fault of faults) record('fault', fault);
    if (verdict.kind === 'violated') for (const one of verdict.violations) record('violation', describeViolation(one));
    if (verdict.kind === 'unknown') record('unknown', verdict.causes);
    keepData = verdict.kind !== 'holds';
    const { restAfterMs } = verdict;
    return { seed: o.seed, calls: desk.calls, faults, verdict, restAfterMs, kept: keepData ? o.dir : null };
  } finally {
    await arena.close({ keepData });
  }
}

type TimedVerdict = Verdict & { readonly restAfterMs: number | null };

async function play(
  arena: Arena,
  gateways: Gateways,
  desk: Desk,
  random: Random,
  o: RunOptions,
): Promise<{ faults: readonly FaultRecord[]; verdict: TimedVerdict }> {
  const { pace, report, signal } = o;
  const seconds = (pace.calmMs + pace.oneByOneMs + pace.togetherMs) / 1_000;
  const events = await createEvents(gateways, seconds * pace.perSecond * TICKETS_PER_WISH);
  const startedAtMs = Date.now();
  const faults: FaultRecord[] = [];
  const injection = {
    ...{ arena, kinds: o.kinds, random: random.fork('faults'), records: faults, signal },
    say: (line: string): void =>
      report.info(`${((Date.now() - startedAtMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`),
  };
  const buyers = letBuyersCome({
    ...{ desk, events, signal, gateways: gateways.count, perSecond: pace.perSecond, patienceMs: pace.patienceMs },
    random: random.fork('buyers'),
    untilMs: startedAtMs + seconds * 1_000,
  });
  await sleep(pace.calmMs, undefined, { signal });
  await injectOneByOne(injection, startedAtMs + pace.calmMs + pace.oneByOneMs);
  await injectTogether(injection, startedAtMs + seconds * 1_000);
  signal.throwIfAborted();
  const lastFaultAtMs = Date.now();
  await arena.bringBack();
  injection.say('everything is back');
  const tasks = await buyers;
  injection.say('the last buyers have come');
  signal.throwIfAborted();
  const stuck = await answerEverybody(desk, tasks, events, pace);
  injection.say('everybody has an answer; waiting for rest');
  signal.throwIfAborted();
  const wasInjected = ({ name }: FaultKind): boolean => faults.some(({ kind }) => kind === name);
  const verdict = await checkStores(
    {
      ...arena.stack.addresses,
      consumerMetricsUrls: arena.lanes.map((lane) => `${lane.auditConsumer.url}/metrics`),
      restTimeoutMs: pace.restTimeoutMs,
      lookEveryMs: 500,
      redisForgot: o.kinds.some((kind) => kind.redisForgets && wasInjected(kind)),
      workflowsLost: o.kinds.some((kind) => kind.losesWorkflows && wasInjected(kind)),
    },
    desk.calls,
  );
  const failures = [...stuck, ...arena.deaths.map((death) => `a process ended by itself: ${death}`)];
  return { faults, verdict: timed(verdict, failures, lastFaultAtMs) };
}

/** What keeps buyers from their answers although everything is back. */
async function answerEverybody(
  desk: Desk,
  tasks: readonly Task[],
  events: readonly EventOnSale[],
  pace: Pace,
): Promise<string[]> {
  const unsold = await probe(desk, events, 'afterwards', pace.settleTimeoutMs);
  const unsettled = await settle(tasks, LANES.length, pace.settleTimeoutMs);
  const misunderstood = desk.calls.filter(
    ({ answer }) => answer.kind === 'unknown' && MISTAKES.has(answer.status ?? 0),
  );
  return [
    ...misunderstood.slice(0, 1).map((call) => `the gateway did not understand a request: ${JSON.stringify(call)}`),
    ...[...unsold, ...unsettled].map(({ name }) => `no final answer: ${name}`),
  ];
}

/** A buyer without an answer, or a process that ended by itself, is a failure too, even if no invariant is violated. */
function timed(verdict: Verdict, stuck: readonly string[], lastFaultAtMs: number): TimedVerdict {
  if (verdict.kind === 'unknown') return { ...verdict, causes: [...stuck, ...verdict.causes], restAfterMs: null };
  const restAfterMs = verdict.restedAtMs - lastFaultAtMs;
  if (stuck.length === 0 || verdict.kind === 'violated') return { ...verdict, restAfterMs };
  return { kind: 'unknown', causes: stuck, restAfterMs };
}

/** Appends what happens to a file as it happens, for whoever looks into a run that failed. */
function openRecord(dir: string): (what: string, value: unknown) => void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'run.jsonl');
  return (what, value) => appendFileSync(file, `${JSON.stringify({ what, value })}\n`);
}
