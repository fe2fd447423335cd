import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { LauncherFailure } from './failure.js';

/** Addresses that the user gave; each one given is used as it is, and no server of our own is started for it. */
export interface GivenAddresses {
  /** The services' role. */
  readonly databaseUrl?: string;
  /** The role that owns the schema; `databaseUrl` where it is not given. */
  readonly databaseOwnerUrl?: string;
  readonly redisUrl?: string;
  readonly amqpUrl?: string;
  readonly temporalAddress?: string;
  readonly temporalNamespace?: string;
  readonly temporalUiUrl?: string;
  readonly paymentUrl?: string;
}

/** What the launcher takes from its environment; parsed once. */
export interface LauncherConfig {
  readonly given: GivenAddresses;
  /** Shared secret of the tokens; generated and kept when it is not given. */
  readonly jwtSecret: string | undefined;
  /** The gateway's port; a free one that is remembered when it is not given. */
  readonly apiPort: number | undefined;
  /** The shop's port; as the gateway's. */
  readonly shopPort: number | undefined;
  readonly consolePort: number | undefined;
  /** Where downloaded and built programs are kept, per user. */
  readonly cacheDir: string;
  /** The environment that child processes start from. */
  readonly inherited: Readonly<Record<string, string>>;
  readonly colour: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws LauncherFailure naming the variable that is wrong */
export function parseLauncherConfig(env: Environment, terminal: { isTTY: boolean }): LauncherConfig {
  const text = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === undefined || value === '' ? undefined : value;
  };
  const given: Record<string, string> = {};
  const accept = (key: keyof GivenAddresses, name: string, protocols: readonly string[]): void => {
    const value = text(name);
    if (value === undefined) return;
    if (protocols.length > 0 && !protocols.includes(protocolOf(value))) {
      throw new LauncherFailure(
        `${name} must be an address beginning with ${protocols.map((p) => `${p}//`).join(' or ')}`,
      );
    }
    given[key] = value;
  };
  accept('databaseUrl', 'DATABASE_URL', ['postgres:', 'postgresql:']);
  accept('databaseOwnerUrl', 'DATABASE_OWNER_URL', ['postgres:', 'postgresql:']);
  accept('redisUrl', 'REDIS_URL', ['redis:', 'rediss:']);
  accept('amqpUrl', 'AMQP_URL', ['amqp:', 'amqps:']);
  accept('paymentUrl', 'PAYMENT_URL', ['http:', 'https:']);
  accept('temporalAddress', 'TEMPORAL_ADDRESS', []);
  accept('temporalNamespace', 'TEMPORAL_NAMESPACE', []);
  accept('temporalUiUrl', 'TEMPORAL_UI_URL', ['http:', 'https:']);

  return {
    given,
    jwtSecret: secretOf(text('JWT_SECRET')),
    apiPort: portOf('API_PORT', text('API_PORT')),
    shopPort: portOf('SHOP_PORT', text('SHOP_PORT')),
    consolePort: portOf('CONSOLE_PORT', text('CONSOLE_PORT')),
    cacheDir: cacheDirOf(text('XDG_CACHE_HOME')),
    // An empty variable counts as absent, as in every service: env files leave them.
    inherited: Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
    ),
    colour: terminal.isTTY && text('NO_COLOR') === undefined && text('TERM') !== 'dumb',
  };
}

/**
 * For what starts a demonstration. A migration job has the environment of production.
 *
 * @throws LauncherFailure if payments would be real ones
 */
export function refuseLiveKey({ inherited }: LauncherConfig): void {
  if (!/^(?:sk|rk)_live_/.test(inherited['STRIPE_SECRET_KEY']?.trim() ?? '')) return;
  throw new LauncherFailure(
    'STRIPE_SECRET_KEY is a live key, and this starts a demonstration with test users; use a test key (sk_test_…)',
  );
}

/** The configuration of this very process. */
export const readLauncherConfig = (): LauncherConfig =>
  parseLauncherConfig(process.env, { isTTY: process.stdout.isTTY });

/**
 * What a private test, bench or fault stack inherits: enough to run programs, and no address, token or setting that
 * somebody exported for something precious.
 */
export function neutralEnvironment(inherited: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ['PATH', 'HOME', 'USER', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'LOG_LEVEL'];
  return Object.fromEntries(Object.entries(inherited).filter(([name]) => kept.includes(name)));
}

/** The XDG base directory specification: a relative path is to be ignored. */
function cacheDirOf(xdgCacheHome: string | undefined): string {
  const home = homedir() === '' ? tmpdir() : homedir();
  const base = xdgCacheHome !== undefined && isAbsolute(xdgCacheHome) ? xdgCacheHome : join(home, '.cache');
  return join(base, 'box-office');
}

function protocolOf(address: string): string {
  return URL.canParse(address) ? new URL(address).protocol : '';
}

/** HS256 keys shorter than its hash are refused by RFC 7518. */
function secretOf(value: string | undefined): string | undefined {
  if (value !== undefined && Buffer.byteLength(value) < 32)
    throw new LauncherFailure('JWT_SECRET must have at least 32 bytes');
  return value;
}

function portOf(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new LauncherFailure(`${name} must be a port, 1 to 65535`);
  return port;
}
