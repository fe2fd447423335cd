import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { obtainStripeMock, StackInUse, startServices, startStack, type PrivateStack } from '@box-office/infra';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { browserPath } from '../browser/browser.js';
import { readStripeTestKey } from './config.js';
import { usesBrowser, usesStack, usesStripeMock, usesStripeTestKey } from './stack-users.js';

const LOCAL = fileURLToPath(new URL('../../.local', import.meta.url));
/** Test runs that one clone can do at once, each with a stack of its own. */
const MAX_RUNS_AT_ONCE = 8;

/**
 * Starts a private stack for each worker if a test file asks for one, and provides their addresses.
 *
 * @returns what takes them down again
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { testFiles } = await project.globTestFiles(chosenBy(project));
  // Any worker may get such a file.
  const workers = Math.min(testFiles.length, Number(project.vitest.config.maxWorkers));
  const count = testFiles.some(usesStack) ? workers : 0;
  const running: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const one of running.reverse()) await one.stop();
  };
  try {
    const stacks: ProvidedContext['stack'][] = [];
    // One after the other: each looks for free ports.
    while (stacks.length < count) {
      const stack = await startFreeStack();
      running.push(stack);
      running.push(await startSimulator(stack));
      stacks.push(provided(stack));
    }
    project.provide('stacks', stacks);
    // An installation takes a minute, and most of the machine.
    if (testFiles.some(usesBrowser)) await browserPath();
    if (testFiles.some(usesStripeMock)) project.provide('stripeMockPath', await stripeMockPath());
    if (testFiles.some(usesStripeTestKey)) project.provide('stripeTestKey', stripeTestKey());
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The end of the run says where the calls to Stripe were not checked against its mock. */
async function stripeMockPath(): Promise<string | undefined> {
  const logger = toStandardError('stripe-mock');
  mkdirSync(LOCAL, { recursive: true });
  const path = await obtainStripeMock({ logFile: `${LOCAL}/stripe-mock-build.log`, report: logger });
  if (path === undefined) {
    sayNotRun('the calls to Stripe against stripe-mock, which needs Go (https://go.dev/dl)');
  }
  return path;
}

function stripeTestKey(): string | undefined {
  const key = readStripeTestKey();
  if (key === undefined) sayNotRun('payments at Stripe itself, which need STRIPE_SECRET_KEY=sk_test_…');
  return key;
}

function sayNotRun(what: string): void {
  process.prependOnceListener('exit', () => process.stdout.write(`NOT RUN: ${what}\n`));
}

function provided(stack: PrivateStack): ProvidedContext['stack'] {
  const { addresses, templateDatabase, temporalCliPath, jwtSecret, dir, serviceEnv } = stack;
  const { databaseUrl, databaseOwnerUrl, redisUrl, amqpUrl, temporalAddress, temporalNamespace, paymentUrl } =
    addresses;
  return {
    databaseUrl,
    databaseOwnerUrl,
    templateDatabase,
    redisUrl,
    amqpUrl,
    temporalAddress,
    temporalNamespace,
    paymentUrl,
    temporalCliPath,
    jwtSecret,
    dir,
    serviceEnv,
  };
}

/** The simulator answers where the stack says that payments are made. */
async function startSimulator(stack: PrivateStack): Promise<{ stop(): Promise<void> }> {
  const port = Number(new URL(stack.addresses.paymentUrl).port);
  return startServices(stack, { simulator: 1 }, { takePort: () => Promise.resolve(port), label: '' });
}

async function startFreeStack(): Promise<PrivateStack> {
  for (let i = 1; ; i++) {
    const name = i === 1 ? 'test' : `test-${i}`;
    try {
      const logger = toStandardError(name);
      // Tests kill processes, never the machine, and make and drop a hundred databases.
      return await startStack({ name, dir: `${LOCAL}/${name}`, ephemeral: true, fsync: false, logger });
    } catch (error) {
      if (!(error instanceof StackInUse) || i >= MAX_RUNS_AT_ONCE) throw error;
    }
  }
}

function toStandardError(name: string): { info(line: string): void; warn(line: string): void } {
  const write = (line: string): void => void process.stderr.write(`[${name} stack] ${line}\n`);
  return { info: write, warn: write };
}

/** The filters of the command line, which vitest keeps to itself; unknown means every file. */
function chosenBy(project: TestProject): string[] {
  const filters: unknown = Reflect.get(project.vitest, 'filenamePattern');
  return Array.isArray(filters) ? filters.filter((filter) => typeof filter === 'string') : [];
}
