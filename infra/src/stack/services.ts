import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CONSOLE_TOKEN_ISSUER, LOCAL_TOKEN_AUDIENCE, SHOP_TOKEN_ISSUER } from '@box-office/contract';
import { supervise, type Supervised } from '../processes/supervisor.js';
import { silent, type Reporter } from '../reporting.js';
import { freePort } from '../servers/ports.js';
import type { LocalCertificate } from './local-certificate.js';
import { repositoryRoot } from './repository.js';

export type ServiceName = 'simulator' | 'worker' | 'auditConsumer' | 'api' | 'shop' | 'console';

interface ServiceKind {
  /** Names its processes and logs. */
  readonly title: string;
  readonly entry: string;
  readonly hostVariable: string;
  readonly portVariable: string;
  /** Answers `/readyz` and `/metrics` on a port of its own. */
  readonly hasHealthPort?: true;
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

/** Buyers are turned away first, and the payment provider goes last: the order in which nothing is left half done. */
const STOP_ORDER: readonly ServiceName[] = ['shop', 'console', 'api', 'worker', 'auditConsumer', 'simulator'];

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

const SIMULATOR_WEBHOOK_SECRET = 'whsec_simulator';

let sets = 0;

/** Starts so many processes of each service, at once, and resolves when all are ready. Needs a build. */
export async function startServices(
  target: ServiceTarget,
  counts: ServiceCounts,
  options: ServiceOptions = {},
): Promise<RunningServices> {
  const label = options.label ?? `${process.pid}-${(sets += 1)}-`;
  const handles: Record<ServiceName, ServiceHandle[]> = {
    ...{ simulator: [], worker: [], auditConsumer: [], api: [], shop: [], console: [] },
  };
  const places = await takePlaces(counts, options.takePort ?? freePort);
  const env = linksBetween(places, options.certificate);
  for (const { name, title, port, healthPort } of places) {
    const kind = KINDS[name];
    const service = { target, kind, title, name: `${label}${title}`, port, healthPort, env, options };
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
}

async function takePlaces(counts: ServiceCounts, takePort: (title: string) => Promise<number>): Promise<Place[]> {
  const places: Place[] = [];
  for (const name of STOP_ORDER) {
    for (let i = 1; i <= (counts[name] ?? 0); i++) {
      const title = i === 1 ? KINDS[name].title : `${KINDS[name].title}-${i}`;
      const port = await takePort(title);
      const healthPort = KINDS[name].hasHealthPort ? await takePort(`${title} health`) : port;
      places.push({ name, title, port, healthPort });
    }
  }
  return places;
}

/** What services must know of each other: the pages their gateway, the gateway the issuers of the pages' tokens and the shop. */
function linksBetween(places: readonly Place[], certificate: LocalCertificate | undefined): Record<string, string> {
  const urlOf = (wanted: ServiceName): string | undefined => {
    const place = places.find(({ name }) => name === wanted);
    return place && urlAt(KINDS[wanted], place.port, certificate);
  };
  const issuerAt = (pages: ServiceName, issuer: string, role: string): object[] => {
    const url = urlOf(pages);
    const keys = `${url}/.well-known/jwks.json`;
    return url === undefined ? [] : [{ issuer, audience: LOCAL_TOKEN_AUDIENCE, roles: [role], jwksUrl: keys }];
  };
  const [api, shop] = [urlOf('api'), urlOf('shop')];
  const issuers = [
    ...issuerAt('shop', SHOP_TOKEN_ISSUER, 'buyer'),
    ...issuerAt('console', CONSOLE_TOKEN_ISSUER, 'door'),
  ];
  if (api === undefined || issuers.length === 0) return {};
  return {
    API_URL: api,
    TOKEN_ISSUERS: JSON.stringify(issuers),
    TRUSTED_PROXIES: '127.0.0.1',
    // The simulator's own secret: it protects nothing but its webhooks.
    ...(urlOf('simulator') !== undefined && {
      SIMULATOR_WEBHOOK_URL: `${api}/api/webhooks/stripe`,
      STRIPE_WEBHOOK_SECRET: SIMULATOR_WEBHOOK_SECRET,
      SIMULATOR_WEBHOOK_SECRET,
    }),
    ...(shop !== undefined && {
      PAYMENT_RETURN_ORIGINS: (certificate?.hosts ?? ['127.0.0.1', 'localhost'])
        .map((host) => shop.replace('127.0.0.1', host))
        .join(','),
    }),
    // The gateway reads the keys of the pages' tokens over HTTPS.
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate.caFile }),
  };
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
