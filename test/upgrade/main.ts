import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { RunningServices } from '@box-office/infra';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { checkStores } from '../checker/check.js';
import { describeViolation } from '../checker/violation.js';
import { openGatewayClients, type GatewayClients } from '../support/gateway-clients.js';
import { replayWorkflows } from '../support/replay-workflows.js';
import { SCENARIOS, sellSomething } from './in-progress.js';
import { buildOlderCode, defaultCommit, demandEarlierMigrations, type OlderCode } from './older-code.js';
import { schemaDifferences } from './schema-differences.js';
import { demand, UpgradeFailure } from './upgrade-failure.js';
import { openUpgradeStack, type UpgradeStack } from './upgrade-stack.js';

const USAGE = `npm run test:upgrade -- [--from COMMIT]

  Begins purchases with the code of an older commit, and shows that today's code finishes them on the same data.
  --from  the older commit (default: the last tag before HEAD, else HEAD~1)`;

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CODE = join(ROOT, '.local', 'upgrade');
/** Directly in `.local`, where `npm run reset` looks for stacks. */
const STACK = join(ROOT, '.local', 'upgrade-stack');
const QUIESCENCE_TIMEOUT_MS = 120_000;
const QUIESCENCE_CHECK_MS = 500;

const stop = new AbortController();
process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
try {
  process.exitCode = await main(stop.signal);
} catch (error) {
  if (!stop.signal.aborted && !(error instanceof UpgradeFailure)) throw error;
  if (error instanceof UpgradeFailure) console.error(`\nThe upgrade does not work. ${error.message}`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const commit = values.from ?? defaultCommit(ROOT);
  demandEarlierMigrations(ROOT, commit);
  console.log(`building the code of ${commit}`);
  const older = buildOlderCode(ROOT, CODE, commit);
  try {
    signal.throwIfAborted();
    const stack = await openUpgradeStack({ dir: STACK, report: console, signal });
    try {
      await upgrade(stack, older);
    } finally {
      await stack.close();
    }
  } finally {
    older.remove();
  }
  console.log(`\nThe upgrade from ${older.name} works.`);
  return 0;
}

/** @throws UpgradeFailure */
async function upgrade(stack: UpgradeStack, older: OlderCode): Promise<void> {
  console.log(`\nwith the code of ${older.name}:`);
  await stack.migrate(older.dir);
  const olderServices = await stack.start(older.dir);
  const olderGateway = await clientsOf(stack, olderServices);
  await attempt('sells and holds tickets', () => sellSomething(olderGateway));
  const begun = await Promise.all(
    SCENARIOS.map(async ({ name, begin }) => ({ name, finish: await inScenario(name, begin(olderGateway)) })),
  );

  console.log("\nwith today's migrations:");
  await stack.migrate(ROOT);
  const differences = await schemaDifferences(stack.databaseUrl, stack.freshDatabaseUrl);
  demand(differences.length === 0, `The migrated schema is not that of a new database:\n${differences.join('\n')}`);
  await attempt('the older code still sells and holds tickets', () => sellSomething(olderGateway));
  await olderServices.stop();

  console.log("\nwith today's code:");
  const { temporalAddress: address } = stack.stack.addresses;
  const only = 'ExecutionStatus = "Running"';
  const { counts: open, failures } = await replayWorkflows({
    address,
    namespace: stack.namespace,
    codeDir: ROOT,
    only,
  });
  const advice = "Today's workflow code cannot continue these workflows; guard the change with patched():";
  demand(failures.length === 0, [advice, ...failures].join('\n'));
  demand(open.size > 0, 'No workflow was open when the older processes stopped: the check proves nothing.');
  const counts = [...open].map(([type, count]) => `${count} × ${type}`);
  console.log(`  replays the histories of the open workflows: ${counts.join(', ')}`);
  const services = await stack.start(ROOT);
  const today = await clientsOf(stack, services);
  await Promise.all(begun.map(({ name, finish }) => attempt(name, () => finish(today))));
  await attempt('sells and holds tickets', () => sellSomething(today));
  await expectConsistency(stack, services);
}

async function clientsOf(stack: UpgradeStack, { api }: RunningServices): Promise<GatewayClients> {
  const [gateway] = api;
  if (!gateway) throw new Error('there is no gateway');
  return openGatewayClients(gateway.url, stack.stack.jwtSecret);
}

async function attempt(name: string, work: () => Promise<void>): Promise<void> {
  await inScenario(name, work());
  console.log(`  ${name}`);
}

/** Says which scenario failed. */
async function inScenario<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new UpgradeFailure(`Failed: ${name}: ${cause}`, { cause: error });
  }
}

/** Every invariant holds in all stores. */
async function expectConsistency({ stack, databaseUrl, namespace }: UpgradeStack, services: RunningServices) {
  const { redisUrl, amqpUrl, paymentUrl, temporalAddress } = stack.addresses;
  const verdict = await checkStores(
    {
      databaseUrl,
      redisUrl,
      amqpUrl,
      paymentUrl,
      temporalAddress,
      temporalNamespace: namespace,
      consumerMetricsUrls: services.auditConsumer.map(({ url }) => `${url}/metrics`),
      quiescenceTimeoutMs: QUIESCENCE_TIMEOUT_MS,
      checkIntervalMs: QUIESCENCE_CHECK_MS,
      redisLostData: false,
      workflowsTerminated: false,
      corruptedKeys: [],
    },
    [],
  );
  if (verdict.kind === 'unknown')
    throw new UpgradeFailure(`The stores could not be checked: ${verdict.causes.join(', ')}`);
  const violations = verdict.kind === 'violated' ? verdict.violations.map(describeViolation) : [];
  demand(violations.length === 0, `The stores do not agree:\n${violations.join('\n')}`);
  console.log('  PostgreSQL, Redis, RabbitMQ and the payment provider agree');
}
