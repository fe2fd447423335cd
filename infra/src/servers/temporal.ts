import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '@box-office/contract';
import { Connection } from '@temporalio/client';
import { supervise } from '../processes/supervisor.js';
import type { RunningServer, ServerContext } from './server.js';

const READY_TIMEOUT_MS = 60_000;
const PROBE_TIMEOUT_MS = 2_000;

export interface TemporalAddress {
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
}

/** Temporal's development server with its UI and a SQLite file that survives kill -9. */
export async function startTemporal(
  context: ServerContext,
  program: string,
  namespace: string,
): Promise<RunningServer<TemporalAddress>> {
  const dir = join(context.dir, 'temporal');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const port = await context.ports.take('temporal');
  const uiPort = await context.ports.take('temporal ui');
  const metricsPort = await context.ports.take('temporal metrics');
  const httpPort = await context.ports.take('temporal http');
  const address = `127.0.0.1:${port}`;

  const handle = supervise({
    spec: {
      name: 'temporal',
      stage: 'server',
      command: program,
      args: [
        'server',
        'start-dev',
        '--ip',
        '127.0.0.1',
        '--port',
        String(port),
        '--ui-ip',
        '127.0.0.1',
        '--ui-port',
        String(uiPort),
        '--metrics-port',
        String(metricsPort),
        '--http-port',
        String(httpPort),
        '--db-filename',
        join(dir, 'temporal.db'),
        '--sqlite-pragma',
        'journal_mode=wal',
        '--sqlite-pragma',
        `synchronous=${context.fsync ? 'full' : 'off'}`,
        '--namespace',
        namespace,
        '--log-level',
        'warn',
        ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
        // Nothing that the user set up for another Temporal server applies here.
        '--disable-config-env',
        '--disable-config-file',
      ],
      cwd: dir,
      env: { ...context.env, HOME: dir },
      logFile: join(context.logDir, 'temporal.log'),
      pidDir: context.pidDir,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 20_000,
    },
    ready: () => probe(address, namespace),
    readyTimeoutMs: READY_TIMEOUT_MS,
    autoRestart: context.autoRestart,
    report: context.report,
  });
  await handle.start(context.signal);
  return { address: { temporalAddress: address, temporalUiUrl: `http://127.0.0.1:${uiPort}` }, handle };
}

async function probe(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: PROBE_TIMEOUT_MS });
  try {
    await connection.withDeadline(Date.now() + PROBE_TIMEOUT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}
