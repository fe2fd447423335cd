import { join } from 'node:path';
import type { GivenAddresses } from '../config.js';
import { repositoryRoot } from './repository.js';
import type { Addresses } from './servers.js';
import { writePrivately, type StackSecrets } from './state.js';

/** The organiser of the demo, for receipts, in mails and on the shop's pages. */
const DEMO_ORGANISER = {
  SELLER_NAME: 'Box Office Demo',
  SELLER_ADDRESS: 'Pier 7 | 1000 Harbour',
  SELLER_VAT_ID: 'DEMO000000',
  MAIL_IMPRINT: 'Box Office Demo | Pier 7, 1000 Harbour | VAT id DEMO000000',
  SHOP_TERMS: demoText('terms'),
  SHOP_PRIVACY: demoText('privacy'),
  SHOP_IMPRINT: demoText('imprint'),
};

/**
 * What services read. Variables that would contradict ours are blanked: a private Temporal server has no TLS or key,
 * and our tokens come from no other issuer and are for no other audience.
 */
export function serviceEnvironment(o: {
  /** The stack's directory. */
  readonly dir: string;
  readonly given: GivenAddresses;
  /** What the stack was started with. */
  readonly env: Readonly<Record<string, string>>;
  readonly addresses: Addresses;
  readonly secrets: StackSecrets;
  /** Where the simulator is or would be. */
  readonly paymentUrl: string;
}): Record<string, string> {
  const { addresses, secrets } = o;
  const env: Record<string, string> = { ...o.env };
  for (const name of ['DATABASE_OWNER_URL', 'PAYMENT_URL']) delete env[name];
  delete env['JWKS_URL'];
  for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_MAX_LIFETIME_S', 'TOKEN_ISSUERS']) delete env[name];
  for (const name of ['TLS_CERT_FILE', 'TLS_KEY_FILE']) delete env[name];
  for (const pages of ['SHOP', 'CONSOLE']) {
    for (const name of ['TOKEN_ISSUER', 'TOKEN_AUDIENCE', 'PUBLIC_URL']) delete env[`${pages}_${name}`];
    // An identity provider leads people back to this address and no other.
    if (env[`${pages}_OIDC_ISSUER`]) env[`${pages}_PUBLIC_URL`] = o.env[`${pages}_PUBLIC_URL`] ?? '';
    else env[`${pages}_DEMO_SIGN_IN`] = 'true';
  }
  if (o.given.temporalAddress === undefined) {
    for (const name of Object.keys(env)) if (name.startsWith('TEMPORAL_')) delete env[name];
    env['TEMPORAL_CONFIG_FILE'] = emptyProfile(o.dir);
  }
  const simulated = env['STRIPE_SECRET_KEY'] === undefined;
  return {
    PURCHASE_WORKER: 'on',
    WEBHOOK_ENCRYPTION_KEY: secrets.webhooks,
    WEBHOOK_ALLOW_LOOPBACK: 'on',
    ...DEMO_ORGANISER,
    ...env,
    DATABASE_URL: addresses.databaseUrl,
    REDIS_URL: addresses.redisUrl,
    AMQP_URL: addresses.amqpUrl,
    TEMPORAL_ADDRESS: addresses.temporalAddress,
    TEMPORAL_NAMESPACE: addresses.temporalNamespace,
    // With a key of Stripe, payments are made there unless an address is given.
    ...((simulated || o.given.paymentUrl !== undefined) && { PAYMENT_URL: o.paymentUrl }),
    JWT_SECRET: secrets.jwt,
    // The demo's events are far away, and its doors are open.
    ENTRY_OPENS_BEFORE_S: env['ENTRY_OPENS_BEFORE_S'] ?? '315360000',
    TICKET_SIGNING_KEYS: secrets.ticketKey,
    SHOP_SESSION_SECRET: secrets.shopSession,
    SHOP_SIGNING_KEY: secrets.shopKey,
    CONSOLE_SESSION_SECRET: secrets.consoleSession,
    CONSOLE_SIGNING_KEY: secrets.consoleKey,
    ...(simulated && env['STRIPE_PUBLISHABLE_KEY'] === undefined && { SHOP_TEST_PAYMENTS: 'true' }),
  };
}

/** Where its sample text of a page is, by language. */
function demoText(name: string): string {
  return join(repositoryRoot(), 'infra', 'demo', 'legal', `${name}.{language}.md`);
}

/** A Temporal client configuration that says nothing: Temporal's own loader fails on a file with no profile in it. */
function emptyProfile(dir: string): string {
  const file = join(dir, 'temporal-client.toml');
  writePrivately(file, '[profile.default]\n');
  return file;
}
