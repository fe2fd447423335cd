import { fileURLToPath } from 'node:url';
import { startServices, startStack, StackInUse, type PrivateStack, type RunningServices } from '@box-office/infra';
import type { BenchOptions } from './options.js';
import { heapOption } from './measuring/heap.js';
import { profileOption } from './profiling/profiler.js';
import { enableStatementTimes } from './profiling/statements.js';

const LOCAL = fileURLToPath(new URL('../../../.local', import.meta.url));
/** Concurrent bench runs in one clone. They distort each other's figures but do not fail. */
const MAX_CONCURRENT_RUNS = 4;

export interface BenchStack {
  readonly stack: PrivateStack;
  readonly services: RunningServices;
  readonly simulator: RunningServices;
  stop(): Promise<void>;
}

/** Starts a private stack with empty stores, and the services. `stop` removes the stack. */
export async function startBenchStack(
  o: BenchOptions,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<BenchStack> {
  const stack = await startFreeStack(signal, log);
  const started: RunningServices[] = [];
  const stop = async (): Promise<void> => {
    for (const services of started.toReversed()) await services.stop();
    await stack.stop();
  };
  try {
    if (o.profileDir !== undefined) await enableStatementTimes(stack);
    const env = {
      // Long enough for final answers, also if 400 buyers wait.
      PURCHASE_WAIT_MS: '45000',
      ...o.env,
      NODE_OPTIONS: [
        o.env['NODE_OPTIONS'] ?? '',
        heapOption(stack.dir),
        o.profileDir === undefined ? '' : profileOption(o.profileDir),
      ].join(' '),
    };
    const port = Number(new URL(stack.addresses.paymentUrl).port);
    const common = { env, signal };
    const simulator = await startServices(
      stack,
      { simulator: 1 },
      { ...common, takePort: async () => port, label: '' },
    );
    started.push(simulator);
    const services = await startServices(stack, o.processes, { ...common, label: '' });
    started.push(services);
    return { stack, services, simulator, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startFreeStack(signal: AbortSignal, log: (line: string) => void): Promise<PrivateStack> {
  for (let i = 1; ; i++) {
    const name = i === 1 ? 'bench' : `bench-${i}`;
    try {
      const logger = { info: log, warn: log };
      return await startStack({ name, dir: `${LOCAL}/${name}`, ephemeral: true, logger, signal });
    } catch (error) {
      if (!(error instanceof StackInUse) || i >= MAX_CONCURRENT_RUNS) throw error;
    }
  }
}
