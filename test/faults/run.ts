import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PURCHASE_WORKFLOW } from '@box-office/contract';
import { repositoryRoot, type Reporter } from '@box-office/infra';
import { checkStores, type Verdict } from '../checker/check.js';
import { describeViolation } from '../checker/violation.js';
import { replayWorkflows } from '../support/replay-workflows.js';
import { runLoadProfile, probe } from './buyers/load-profile.js';
import { createBuyerClient, type BuyerClient } from './buyers/buyer-client.js';
import { openGateways, type Gateways } from './buyers/gateways.js';
import { retryUntilAnswered, type BuyerRequest } from './buyers/buyer-request.js';
import { openFaultHarness, type FaultHarness } from './harness/fault-harness.js';
import { createEvents, type EventOnSale } from './harness/events.js';
import type { FaultKind, FaultRecord } from './injection/fault.js';
import { injectSequentially, injectConcurrently } from './injection/injection.js';
import { createRandom, type Random } from './random.js';

const REPLICAS = ['a', 'b'];
const TICKETS_PER_SELECTION = 2.5;
/** Status codes that no request of these buyers may get under any fault. */
const CLIENT_ERRORS: ReadonlySet<number> = new Set([400, 401, 403, 405, 413, 415, 422]);

/** Duration, load and timeouts of a run. */
export interface RunPlan {
  readonly perSecond: number;
  /** While so many actions are in progress, no new one starts: a slow machine must not have more and more to catch up. */
  readonly maxConcurrent: number;
  /** Sales without faults at the start. */
  readonly warmUpMs: number;
  readonly sequentialMs: number;
  /** Faults continue beyond `sequentialMs` until there were so many: some take long on a busy machine. */
  readonly minFaults: number;
  readonly concurrentMs: number;
  readonly clientTimeoutsMs: readonly number[];
  readonly retryTimeoutMs: number;
  readonly quiescenceTimeoutMs: number;
}

export interface RunOptions {
  readonly seed: string;
  readonly dir: string;
  readonly kinds: readonly FaultKind[];
  readonly plan: RunPlan;
  readonly report: Reporter;
  /** Ends the run early and stops all processes. */
  readonly signal: AbortSignal;
}

/** The result of one run. */
export interface RunResult {
  readonly seed: string;
  readonly verdict: Verdict;
  readonly calls: BuyerClient['calls'];
  readonly faults: readonly FaultRecord[];
  /**
   * From the end of the last fault until the system was quiescent, retries of buyers included; null if it never was.
   */
  readonly quiescentAfterMs: number | null;
  /** Directory of the stores and logs, kept unless the invariants hold. */
  readonly dataDir: string | null;
}

/**
 * Runs sales and faults that are drawn from the seed. Then it ends all faults, repeats the requests of persistent
 * buyers until each has an answer, waits until the system is quiescent, and checks it. Keeps the stores unless the
 * invariants hold.
 *
 * @throws the signal's reason if it ends the run
 */
export async function runFaults(o: RunOptions): Promise<RunResult> {
  const random = createRandom(o.seed);
  const harness = await openFaultHarness({ dir: o.dir, replicas: REPLICAS, report: o.report });
  let keepData = false;
  try {
    const record = openRunLog(join(o.dir, 'logs'));
    const gateways = openGateways({
      urls: harness.replicas.map((replica) => replica.api.url),
      jwtSecret: harness.stack.jwtSecret,
    });
    const client = createBuyerClient(gateways, (call) => record('call', call));
    const { faults, verdict } = await sellWithFaults(harness, gateways, client, random, o);
    for (const fault of faults) record('fault', fault);
    if (verdict.kind === 'violated') for (const one of verdict.violations) record('violation', describeViolation(one));
    if (verdict.kind === 'unknown') record('unknown', verdict.causes);
    keepData = verdict.kind !== 'holds';
    const { quiescentAfterMs } = verdict;
    return { seed: o.seed, calls: client.calls, faults, verdict, quiescentAfterMs, dataDir: keepData ? o.dir : null };
  } finally {
    await harness.close({ keepData });
  }
}

type TimedVerdict = Verdict & { readonly quiescentAfterMs: number | null };

async function sellWithFaults(
  harness: FaultHarness,
  gateways: Gateways,
  client: BuyerClient,
  random: Random,
  o: RunOptions,
): Promise<{ faults: readonly FaultRecord[]; verdict: TimedVerdict }> {
  const { plan, report, signal } = o;
  const seconds = (plan.warmUpMs + plan.sequentialMs + plan.concurrentMs) / 1_000;
  const events = await createEvents(harness, seconds * plan.perSecond * TICKETS_PER_SELECTION);
  const startedAtMs = Date.now();
  const faults: FaultRecord[] = [];
  const injection = {
    harness,
    kinds: o.kinds,
    random: random.fork('faults'),
    records: faults,
    signal,
    log: (line: string): void =>
      report.info(`${((Date.now() - startedAtMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`),
  };
  const sale = new AbortController();
  signal.addEventListener('abort', () => sale.abort(), { once: true });
  const buyers = runLoadProfile({
    client,
    events,
    signal: sale.signal,
    gateways: gateways.count,
    perSecond: plan.perSecond,
    maxConcurrent: plan.maxConcurrent,
    clientTimeoutsMs: plan.clientTimeoutsMs,
    random: random.fork('buyers'),
  });
  await sleep(plan.warmUpMs, undefined, { signal });
  await injectSequentially(injection, { forMs: plan.sequentialMs, minFaults: plan.minFaults });
  await injectConcurrently(injection, plan.concurrentMs);
  sale.abort();
  signal.throwIfAborted();
  const lastFaultAtMs = Date.now();
  await harness.restore();
  injection.log('all faults have ended');
  const requests = await buyers;
  injection.log('the last buyers have arrived');
  signal.throwIfAborted();
  const unanswered = await answerAllBuyers(client, requests, events, plan);
  injection.log('all requests are answered; waiting for quiescence');
  signal.throwIfAborted();
  const wasInjected = ({ name }: FaultKind): boolean => faults.some(({ kind }) => kind === name);
  const verdict = await checkStores(
    {
      ...harness.stack.addresses,
      consumerMetricsUrls: harness.replicas.map((replica) => `${replica.auditConsumer.url}/metrics`),
      quiescenceTimeoutMs: plan.quiescenceTimeoutMs,
      checkIntervalMs: 500,
      redisLostData: o.kinds.some((kind) => kind.losesRedisData && wasInjected(kind)),
      workflowsTerminated: o.kinds.some((kind) => kind.terminatesWorkflows && wasInjected(kind)),
      corruptedKeys: faults.flatMap(({ corrupted }) => corrupted),
    },
    client.calls,
  );
  const replays = await replayHistories(harness);
  injection.log(`${replays.count} histories of workflows were replayed`);
  const failures = [
    ...unanswered,
    ...harness.crashes.map((crash) => `a process ended by itself: ${crash}`),
    ...replays.failures,
  ];
  return { faults, verdict: timed(verdict, failures, lastFaultAtMs) };
}

/** Repeats unanswered requests after all faults have ended. @returns what still failed */
async function answerAllBuyers(
  client: BuyerClient,
  requests: readonly BuyerRequest[],
  events: readonly EventOnSale[],
  plan: RunPlan,
): Promise<string[]> {
  const unsold = await probe(client, events, 'afterwards', plan.retryTimeoutMs);
  const unanswered = await retryUntilAnswered(requests, REPLICAS.length, plan.retryTimeoutMs);
  const clientErrors = client.calls.filter(
    ({ answer }) => answer.kind === 'unknown' && CLIENT_ERRORS.has(answer.status ?? 0),
  );
  return [
    ...clientErrors.slice(0, 1).map((call) => `a gateway refused a valid request: ${JSON.stringify(call)}`),
    ...[...unsold, ...unanswered].map(({ name }) => `no final answer: ${name}`),
  ];
}

/** Replays every history, those of workflows included that no worker had to take up again. */
async function replayHistories({ stack }: FaultHarness): Promise<{ count: number; failures: string[] }> {
  const { temporalAddress: address, temporalNamespace: namespace } = stack.addresses;
  const { counts, failures } = await replayWorkflows({ address, namespace, codeDir: repositoryRoot() });
  const count = [...counts.values()].reduce((sum, ofType) => sum + ofType, 0);
  if (!counts.has(PURCHASE_WORKFLOW)) return { count, failures: ['no history of a purchase was replayed'] };
  return { count, failures: failures.map((failure) => `a history does not replay: ${failure}`) };
}

/** An unanswered request or a process that ended by itself is a failure even if no invariant is violated. */
function timed(verdict: Verdict, failures: readonly string[], lastFaultAtMs: number): TimedVerdict {
  if (verdict.kind === 'unknown') {
    return { ...verdict, causes: [...failures, ...verdict.causes], quiescentAfterMs: null };
  }
  const quiescentAfterMs = verdict.quiescentAtMs - lastFaultAtMs;
  if (failures.length === 0 || verdict.kind === 'violated') return { ...verdict, quiescentAfterMs };
  return { kind: 'unknown', causes: failures, quiescentAfterMs };
}

/** Appends requests, answers, faults and violations to `run.jsonl`, for the analysis of a failed run. */
function openRunLog(dir: string): (what: string, value: unknown) => void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'run.jsonl');
  return (what, value) => appendFileSync(file, `${JSON.stringify({ what, value })}\n`);
}
