import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startServices, startStack, type PrivateStack, type Reporter, type RunningServices } from '@box-office/infra';
import pg from 'pg';
import { UpgradeFailure } from './upgrade-failure.js';

/** The stack prepares its own database and namespace with today's code. The older code prepares these. */
const DATABASE = 'box_office_upgrade';
const NAMESPACE = 'upgrade';

/** Answers soon that a purchase continues, and keeps the cancellation of an event in progress for some seconds. */
const SETTINGS = { PURCHASE_WAIT_MS: '1000', EVENT_CANCELLATIONS_PER_S: '1' };

/** Private servers, and stores that only the code under test prepares. */
export interface UpgradeStack {
  readonly stack: PrivateStack;
  readonly databaseUrl: string;
  /** A database that today's code has just made. */
  readonly freshDatabaseUrl: string;
  readonly namespace: string;
  /** Runs the migrations of the code in this folder. @throws UpgradeFailure */
  migrate(codeDir: string): Promise<void>;
  /** Starts the services from the build in this folder. */
  start(codeDir: string): Promise<RunningServices>;
  close(): Promise<void>;
}

export async function openUpgradeStack(o: {
  dir: string;
  report: Reporter;
  signal: AbortSignal;
}): Promise<UpgradeStack> {
  const { dir, report, signal } = o;
  const stack = await startStack({ name: 'upgrade', dir, ephemeral: true, logger: report, signal });
  const running: RunningServices[] = [];
  const close = async (): Promise<void> => {
    for (const services of running.reverse()) await services.stop();
    await stack.stop();
  };
  try {
    const { databaseUrl, databaseOwnerUrl, paymentUrl } = stack.addresses;
    await createDatabase(databaseOwnerUrl);
    const env = { DATABASE_URL: inDatabase(databaseUrl, DATABASE), TEMPORAL_NAMESPACE: NAMESPACE };
    const port = Number(new URL(paymentUrl).port);
    // The provider is a server that is not upgraded.
    running.push(await startServices(stack, { simulator: 1 }, { takePort: () => Promise.resolve(port), label: '' }));
    return {
      stack,
      databaseUrl: env.DATABASE_URL,
      freshDatabaseUrl: inDatabase(databaseOwnerUrl, stack.templateDatabase),
      namespace: NAMESPACE,
      migrate: (codeDir) =>
        runMigrations(codeDir, {
          ...stack.serviceEnv,
          ...env,
          DATABASE_OWNER_URL: inDatabase(databaseOwnerUrl, DATABASE),
        }),
      async start(codeDir) {
        const counts = { api: 1, worker: 1, auditConsumer: 1 };
        const services = await startServices(stack, counts, { env: { ...env, ...SETTINGS }, codeDir, signal });
        running.push(services);
        return services;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function inDatabase(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

async function createDatabase(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function runMigrations(codeDir: string, env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(codeDir, 'infra', 'dist', 'migrate-main.js')], { cwd: codeDir, env });
    let output = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (output += text.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new UpgradeFailure(`the migrations of ${codeDir} failed:\n${output.trim()}`));
    });
  });
}
