import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { supervise, type Supervised } from '../processes/supervisor.js';
import { silent, type Reporter } from '../reporting.js';
import { freePort } from '../servers/ports.js';
import { linksBetween, type ServiceName } from './links.js';
import type { LocalCertificate } from './local-certificate.js';
import { repositoryRoot } from './repository.js';

interface ServiceKind {
  /** Names its processes and logs. */
  readonly title: string;
  readonly entry: string;
  readonly hostVariable: string;
  readonly portVariable: string;
  /** Answers `/readyz` and `/metrics` on a port of its own. */
  readonly hasHealthPort?: true;
  /** Takes mails on a port of its own. */
  readonly hasSmtpPort?: true;
  /** Serves pages: over HTTPS, and to other devices too, where there is a certificate. */
  readonly hasPages?: true;
}

const KINDS: Readonly<Record<ServiceName, ServiceKind>> = {
  simulator: {
    title: 'payment-simulator',
    entry: 'infra/payment-simulator/dist/main.js',
    hostVariable: 'SIMULATOR_HOST',
    portVariable: 'SIMULATOR_PORT',
  },
  mailbox: {
    title: 'mailbox',
    entry: 'infra/mailbox/dist/main.js',
    hostVariable: 'MAILBOX_HOST',
    portVariable: 'MAILBOX_PORT',
    hasSmtpPort: true,
  },
  worker: {
    title: 'worker',
    entry: 'services/workflows/dist/main.js',
    hostVariable: 'HEALTH_HOST',
    portVariable: 'HEALTH_PORT',
  },
  auditConsumer: {
    title: 'audit-consumer',
    entry: 'services/audit-consumer/dist/main.js',
    hostVariable: 'HEALTH_HOST',
    portVariable: 'HEALTH_PORT',
  },
  api: {
    title: 'api',
    entry: 'services/api/dist/main.js',
    hostVariable: 'API_HOST',
    portVariable: 'API_PORT',
    hasHealthPort: true,
  },
  shop: {
    title: 'shop',
    entry: 'services/shop/dist/main.js',
    hostVariable: 'SHOP_HOST',
    portVariable: 'SHOP_PORT',
    hasHealthPort: true,
    hasPages: true,
  },
  console: {
    title: 'console',
    entry: 'services/console/dist/main.js',
    hostVariable: 'CONSOLE_HOST',
    portVariable: 'CONSOLE_PORT',
    hasHealthPort: true,
    hasPages: true,
  },
};

/**
 * Hundreds of requests that are half-way outlive a young generation of the default 16 MB, and are copied each time that it
 * is full: a quarter of the gateway's time. The memory is taken only by a process that needs it.
 */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=64'];

/** Buyers are turned away first, and what the worker calls goes last: the order in which nothing is left half done. */
const STOP_ORDER: readonly ServiceName[] = [
  ...(['shop', 'console', 'api', 'worker', 'auditConsumer', 'simulator', 'mailbox'] as const),
];

const READY_TIMEOUT_MS = 60_000;
const PROBE_TIMEOUT_MS = 2_000;
const STOP_TIMEOUT_MS = 30_000;

/** The servers that services are to use; plain data, so that it can be handed to another process. */
export interface ServiceTarget {
  /** The stack's directory, for logs, pid files and the simulator's ledger. */
  readonly dir: string;
  /** Addresses and secrets as the services read them, and what else their environment holds. */
  readonly serviceEnv: Readonly<Record<string, string>>;
}

export type ServiceCounts = Partial<Record<ServiceName, number>>;

export interface ServiceOptions {
  /** Start one again when it dies unasked; off by default. */
  readonly autoRestart?: boolean;
  readonly report?: Reporter;
  /** The port of a service by its title; any free one by default. */
  readonly takePort?: (title: string) => Promise<number>;
  /** Begins the names of logs and pid files, so that two sets in one directory stay apart. */
  readonly label?: string;
  /** Added to every service's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Pages are served over HTTPS; plain HTTP on this machine alone without it. */
  readonly certificate?: LocalCertificate | undefined;
  /** The clone whose build runs; this one by default. */
  readonly codeDir?: string;
}

/** One service process: `kill` and `restart` it, and reach it at `url`, the same after a restart. */
export interface ServiceHandle extends Supervised {
  readonly url: string;
  /** Where it answers `/readyz` with reasons, and `/metrics`; the same as `url` but for a gateway. */
  readonly healthUrl: string;
}

export type RunningServices = Readonly<Record<ServiceName, readonly ServiceHandle[]>> & {
  /** All of them, politely, in the order that leaves nothing half done. */
  stop(): Promise<void>;
};

let sets = 0;

/** Starts so many processes of each service, at once, and resolves when all are ready. Needs a build. */
export async function startServices(
  target: ServiceTarget,
  counts: ServiceCounts,
  options: ServiceOptions = {},
): Promise<RunningServices> {
  const label = options.label ?? `${process.pid}-${(sets += 1)}-`;
  const handles: Record<ServiceName, ServiceHandle[]> = {
    simulator: [],
    mailbox: [],
    worker: [],
    auditConsumer: [],
    api: [],
    shop: [],
    console: [],
  };
  const places = await takePlaces(counts, options.takePort ?? freePort);
  const env = linksBetween({
    urlOf(wanted) {
      const place = places.find(({ name }) => name === wanted);
      return place && urlAt(KINDS[wanted], place.port, options.certificate);
    },
    smtpPort: places.find(({ name }) => name === 'mailbox')?.smtpPort,
    certificate: options.certificate,
  });
  for (const { name, title, port, healthPort, smtpPort } of places) {
    const kind = KINDS[name];
    const service = { target, kind, title, name: `${label}${title}`, port, healthPort, smtpPort, env, options };
    handles[name].push(createService(service));
  }
  const stop = async (): Promise<void> => {
    for (const name of STOP_ORDER) await Promise.all(handles[name].map((handle) => handle.stop()));
  };
  const outcomes = await Promise.allSettled(
    Object.values(handles)
      .flat()
      .map((handle) => handle.start(options.signal)),
  );
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) {
    await stop();
    options.signal?.throwIfAborted();
    throw failure.reason as Error;
  }
  return { ...handles, stop };
}

interface Place {
  readonly name: ServiceName;
  readonly title: string;
  readonly port: number;
  readonly healthPort: number;
  readonly smtpPort: number | undefined;
}

async function takePlaces(counts: ServiceCounts, takePort: (title: string) => Promise<number>): Promise<Place[]> {
  const places: Place[] = [];
  for (const name of STOP_ORDER) {
    for (let i = 1; i <= (counts[name] ?? 0); i++) {
      const title = i === 1 ? KINDS[name].title : `${KINDS[name].title}-${i}`;
      const port = await takePort(title);
      const healthPort = KINDS[name].hasHealthPort ? await takePort(`${title} health`) : port;
      const smtpPort = KINDS[name].hasSmtpPort && (await takePort(`${title} SMTP`));
      places.push({ name, title, port, healthPort, smtpPort });
    }
  }
  return places;
}

const urlAt = (kind: ServiceKind, port: number, certificate: LocalCertificate | undefined): string =>
  `${kind.hasPages && certificate ? 'https' : 'http'}://127.0.0.1:${port}`;

function createService(o: {
  target: ServiceTarget;
  kind: ServiceKind;
  title: string;
  name: string;
  port: number;
  healthPort: number;
  smtpPort: number | undefined;
  env: Readonly<Record<string, string>>;
  options: ServiceOptions;
}): ServiceHandle {
  const { target, kind, options } = o;
  const root = options.codeDir ?? repositoryRoot();
  const pidDir = join(target.dir, 'pids');
  const ledgerDir = join(target.dir, 'payment-simulator');
  mkdirSync(pidDir, { recursive: true });
  mkdirSync(ledgerDir, { recursive: true });
  const certificate = kind.hasPages && options.certificate;
  const url = urlAt(kind, o.port, options.certificate);
  const healthUrl = `http://127.0.0.1:${o.healthPort}`;
  const handle = supervise({
    spec: {
      name: o.name,
      stage: 'service',
      command: process.execPath,
      args: [...NODE_FLAGS, join(root, kind.entry)],
      cwd: root,
      env: {
        ...target.serviceEnv,
        ...o.env,
        ...options.env,
        ...(kind.hasHealthPort && { HEALTH_HOST: '127.0.0.1', HEALTH_PORT: String(o.healthPort) }),
        [kind.hostVariable]: certificate ? '0.0.0.0' : '127.0.0.1',
        ...(certificate && { TLS_CERT_FILE: certificate.certFile, TLS_KEY_FILE: certificate.keyFile }),
        [kind.portVariable]: String(o.port),
        SIMULATOR_LEDGER_FILE: join(ledgerDir, `${o.title}.jsonl`),
        ...(o.smtpPort !== undefined && {
          MAILBOX_SMTP_PORT: String(o.smtpPort),
          MAILBOX_DIR: join(target.dir, 'mailbox', o.name),
        }),
      },
      logFile: join(target.dir, 'logs', `${o.name}.log`),
      pidDir,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: STOP_TIMEOUT_MS,
    },
    ready: () => probe(`${healthUrl}/readyz`),
    readyTimeoutMs: READY_TIMEOUT_MS,
    autoRestart: options.autoRestart ?? false,
    report: options.report ?? silent,
  });
  return Object.defineProperties({ url, healthUrl } as ServiceHandle, Object.getOwnPropertyDescriptors(handle));
}

async function probe(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${body.slice(0, 300)}`);
}
