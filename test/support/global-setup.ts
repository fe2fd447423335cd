import { fileURLToPath } from 'node:url';
import { StackInUse, startServices, startStack, type PrivateStack } from '@box-office/infra';
import type { TestProject } from 'vitest/node';
import { usesStack } from './stack-users.js';

const LOCAL = fileURLToPath(new URL('../../.local', import.meta.url));
/** Test runs that one clone can do at once, each with a stack of its own. */
const MOST_RUNS_AT_ONCE = 8;

/**
 * Starts the run's private stack and provides its addresses, unless none of the chosen test files asks for it.
 *
 * @returns what takes it down again
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { testFiles } = await project.globTestFiles(chosenBy(project));
  if (!testFiles.some(usesStack)) return undefined;

  const stack = await startFreeStack();
  try {
    const [postgres, simulator] = [stack.addresses, await startSimulator(stack)];
    project.provide('stack', {
      databaseUrl: postgres.databaseUrl,
      databaseOwnerUrl: postgres.databaseOwnerUrl,
      templateDatabase: stack.templateDatabase,
      redisUrl: stack.addresses.redisUrl,
      amqpUrl: stack.addresses.amqpUrl,
      temporalAddress: stack.addresses.temporalAddress,
      temporalNamespace: stack.addresses.temporalNamespace,
      paymentUrl: stack.addresses.paymentUrl,
      temporalCliPath: stack.temporalCliPath,
      jwtSecret: stack.jwtSecret,
      dir: stack.dir,
      serviceEnv: stack.serviceEnv,
    });
    return async () => {
      await simulator.stop();
      await stack.stop();
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
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
      return await startStack({ name, dir: `${LOCAL}/${name}`, ephemeral: true, logger: toStandardError(name) });
    } catch (error) {
      if (!(error instanceof StackInUse) || i >= MOST_RUNS_AT_ONCE) throw error;
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
