import { join } from 'node:path';
import { readLauncherConfig, refuseLiveKey, type LauncherConfig } from '../config.js';
import { createTerminal, type Terminal } from '../console/terminal.js';
import { buy, showTraces } from '../demo/demonstration.js';
import { prepareDemoEvents, sellDemoTickets } from '../demo/events.js';
import { demoClient } from '../demo/api.js';
import { openStores } from '../demo/stores.js';
import { signToken } from '../demo/tokens.js';
import { LauncherFailure, messageOf } from '../failure.js';
import { formatDuration, shownPath } from '../reporting.js';
import { makeLocalCertificate, type LocalCertificate } from '../stack/local-certificate.js';
import { withoutOwnAddresses } from '../stack/own-addresses.js';
import { startServices, type RunningServices } from '../stack/services.js';
import { writeStackEnv, type StackEnv } from '../stack/stack-env.js';
import { rememberedPorts } from '../stack/state.js';
import { openStack, StackInUse, type OpenStack } from '../stack/stack.js';
import { switches } from './arguments.js';
import { localDir, mainDir } from './local-dirs.js';
import { printWelcome } from './welcome.js';

const STAGES = { programs: 'Programs', servers: 'Servers', stores: 'Stores' } as const;
/** The three stages, processes, the purchase, and what it left behind. */
const STEPS = 6;
const INTERRUPTED = 130;

/**
 * `npm start`: everything, up and shown to work by one real purchase, until Ctrl-C (`--once`: until the purchase is
 * shown). With `--https` shop and door are served over HTTPS, to phones in the same network too. Whatever it started it
 * stops again, services before the servers that they use.
 *
 * @returns the exit code
 */
export async function start(args: readonly string[]): Promise<number> {
  const { once, https } = switches(args, ['once', 'https']);
  const read = readLauncherConfig();
  refuseLiveKey(read);
  const config = { ...read, given: withoutOwnAddresses(read.given, rememberedPorts(mainDir())) };
  const terminal = createTerminal({
    write: (text) => process.stdout.write(text),
    colour: config.colour,
    steps: STEPS,
  });
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

  const undo: (() => Promise<void>)[] = [];
  let up = false;
  try {
    await bringUp({ config, terminal, https, signal: interruption.signal, undo });
    up = true;
    if (!once) {
      terminal.plain('\nCtrl-C stops everything; the data stays for the next start.');
      await aborted(interruption.signal);
    }
    return 0;
  } catch (error) {
    if (error instanceof StackInUse) throw alreadyUp(error);
    if (!interruption.signal.aborted) throw error;
    if (!up) terminal.plain('\nInterrupted.');
    return up ? 0 : INTERRUPTED;
  } finally {
    await takeDown(undo, terminal);
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

const alreadyUp = (error: StackInUse): LauncherFailure =>
  new LauncherFailure(`it runs here already (process ${error.heldBy}); its addresses are in .local/stack.env`);

interface Start {
  readonly config: LauncherConfig;
  readonly terminal: Terminal;
  /** Serve the pages over HTTPS, to other devices too. */
  readonly https: boolean;
  readonly signal: AbortSignal;
  /** Gets what takes down each part that came up. */
  readonly undo: (() => Promise<void>)[];
}

async function bringUp(s: Start): Promise<void> {
  const { config, terminal, signal } = s;
  const startedAt = Date.now();
  terminal.heading('Box Office');
  const stack = await openStack({
    dir: mainDir(),
    ephemeral: false,
    ownerCreatesDatabases: false,
    autoRestart: true,
    given: config.given,
    env: config.inherited,
    cacheDir: config.cacheDir,
    jwtSecret: config.jwtSecret,
    report: terminal,
    onStage: (stage) => terminal.step(STAGES[stage]),
    signal,
  });
  s.undo.push(() => stack.stop());
  terminal.line(`PostgreSQL schema: ${listed(stack.migration.database, 'up to date')}`);
  terminal.line(
    `Temporal namespace ${stack.addresses.temporalNamespace}: ${listed(stack.migration.temporal, 'ready')}`,
  );

  terminal.step('Processes');
  const certificate = s.https ? await prepareCertificate(s, stack) : undefined;
  const services = await startProcesses(s, stack, certificate);
  const apiUrl = services.api[0]?.url ?? '';
  const env = await describeStack(stack, services);
  writeStackEnv(join(localDir(), 'stack.env'), env);

  const stores = openStores(stack.addresses);
  try {
    terminal.step('One purchase over HTTP');
    const operator = demoClient({ url: apiUrl, token: env.OPERATOR_TOKEN, signal });
    const buyer = demoClient({ url: apiUrl, token: env.BUYER_TOKEN, signal });
    const event = await prepareDemoEvents(operator, new Date());
    await sellDemoTickets(operator, new Date(), terminal);
    const demonstration = { buyer, buyerId: env.BUYER_ID, event, stores, terminal, signal };
    const bought = await buy(demonstration);
    terminal.step('What it left behind');
    await showTraces(demonstration, bought);
    const { purchaseId } = bought.confirmation;
    printWelcome(terminal, { env, event, purchaseId, certificate, tookMs: Date.now() - startedAt });
  } finally {
    await stores.close();
  }
}

const prepareCertificate = ({ config, signal }: Start, { dir }: OpenStack): Promise<LocalCertificate> =>
  makeLocalCertificate({
    dir: join(dir, 'https'),
    logFile: join(dir, 'logs', 'certificate.log'),
    env: config.inherited,
    signal,
  });

async function startProcesses(
  s: Start,
  stack: OpenStack,
  certificate: LocalCertificate | undefined,
): Promise<RunningServices> {
  // Without an address in their environment the services pay at Stripe.
  const simulated = s.config.given.paymentUrl === undefined && stack.serviceEnv['PAYMENT_URL'] !== undefined;
  const mailed = stack.serviceEnv['SMTP_URL'] === undefined;
  const services = await startServices(
    stack,
    { simulator: simulated ? 1 : 0, mailbox: mailed ? 1 : 0, worker: 1, auditConsumer: 1, api: 1, shop: 1, console: 1 },
    {
      autoRestart: true,
      report: s.terminal,
      label: '',
      certificate,
      signal: s.signal,
      takePort: async (title) => {
        if (title === 'payment-simulator') return Number(new URL(stack.paymentUrl).port);
        if (title === 'api' && s.config.apiPort !== undefined) return s.config.apiPort;
        if (title === 'shop' && s.config.shopPort !== undefined) return s.config.shopPort;
        if (title === 'console' && s.config.consolePort !== undefined) return s.config.consolePort;
        return stack.ports.take(title);
      },
    },
  );
  s.undo.push(() => services.stop());
  stack.rememberPorts();
  const { simulator, mailbox, worker, auditConsumer, api, shop, console: pages } = services;
  const all = [simulator, mailbox, worker, auditConsumer, api, shop, pages].flat();
  s.terminal.table(all.map(({ name, url, pid }) => [name, `${url}  pid ${pid ?? '?'}`]));
  s.terminal.line(`logs in ${shownPath(join(stack.dir, 'logs'))}`);
  return services;
}

async function describeStack(stack: OpenStack, services: RunningServices): Promise<StackEnv> {
  const buyerId = `demo-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`;
  const { addresses } = stack;
  return {
    SHOP_URL: services.shop[0]?.url ?? '',
    CONSOLE_URL: services.console[0]?.url ?? '',
    MAILBOX_URL: services.mailbox[0]?.url ?? '',
    API_URL: services.api[0]?.url ?? '',
    API_HEALTH_URL: services.api[0]?.healthUrl ?? '',
    WORKER_URL: services.worker[0]?.url ?? '',
    AUDIT_CONSUMER_URL: services.auditConsumer[0]?.url ?? '',
    DATABASE_URL: addresses.databaseUrl,
    DATABASE_OWNER_URL: addresses.databaseOwnerUrl,
    REDIS_URL: addresses.redisUrl,
    AMQP_URL: addresses.amqpUrl,
    TEMPORAL_ADDRESS: addresses.temporalAddress,
    TEMPORAL_NAMESPACE: addresses.temporalNamespace,
    TEMPORAL_UI_URL: addresses.temporalUiUrl ?? '',
    PAYMENT_URL: stack.serviceEnv['PAYMENT_URL'] ?? '',
    JWT_SECRET: stack.jwtSecret,
    BUYER_ID: buyerId,
    BUYER_TOKEN: await signToken(stack.jwtSecret, { subject: buyerId, role: 'buyer' }),
    OPERATOR_TOKEN: await signToken(stack.jwtSecret, { subject: 'demo-operator', role: 'operator' }),
  };
}

/** Newest first. Continues when one part fails to stop: the others must not be left running for that. */
async function takeDown(undo: (() => Promise<void>)[], terminal: Terminal): Promise<void> {
  if (undo.length === 0) return;
  const startedAt = Date.now();
  terminal.plain('\nStopping the processes, then the servers …');
  for (const step of undo.reverse()) {
    await step().catch((error: unknown) => terminal.warn(messageOf(error)));
  }
  terminal.plain(`Stopped in ${formatDuration(Date.now() - startedAt)}. All data is kept.`);
}

const listed = (changes: readonly string[], none: string): string => (changes.length === 0 ? none : changes.join(', '));

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    // The event alone keeps no process alive, and the supervised children are what it is all about.
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      resolve();
    });
  });
}
