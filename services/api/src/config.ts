import { LOCAL_TOKEN_AUDIENCE, LOCAL_TOKEN_ISSUER, MAX_HOLD_MS } from '@box-office/contract';
import { encryptionKey, logLevelSetting, parseConfig } from '@box-office/platform';
import { ticketKeysSetting } from '@box-office/tickets/codes';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import type { KeySource } from './http/auth/signature.js';
import { ROLES } from './http/context.js';
import { isNetwork } from './http/limits/client-address.js';
import { DEFAULT_BATCH_LIMITS } from './batching/batch-starter.js';

const perMinute = z.coerce.number().int().min(0).max(10_000_000);

const listOf = (what: string, isOne: (text: string) => boolean) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
    .refine((parts) => parts.every(isOne), `${what}, separated by commas`);

const issuers = z
  .array(
    z.strictObject({
      issuer: z.string().min(1).max(1_024),
      audience: z.string().min(1).max(1_024),
      jwksUrl: z.url({ protocol: /^https?$/ }),
      roles: z.array(z.enum(ROLES)).min(1),
      maxLifetimeS: z.int().min(60).max(31_622_400).default(3_600),
    }),
  )
  .max(20);

/** A list in JSON, as there is no other form for it in a variable. */
const listOfIssuers = z
  .string()
  .default('[]')
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'a list in JSON' });
      return z.NEVER;
    }
  })
  .pipe(issuers);

/** As a browser sends it: scheme, host and port alone. */
const isOrigin = (text: string): boolean => text === '*' || (URL.canParse(text) && new URL(text).origin === text);

const schema = z
  .object({
    /** PostgreSQL, in the services' role. */
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }),
    /** Where the gateway listens. */
    API_HOST: z.string().default('127.0.0.1'),
    API_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    /** Where its operators ask for /readyz with the reasons, and for /metrics. */
    HEALTH_HOST: z.string().default('127.0.0.1'),
    HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    /** How buyers reach the gateway. With https every answer forbids plain HTTP (HSTS). */
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Secret that signs tokens (HS256): for local stacks. At least 32 characters; there is no default. */
    JWT_SECRET: z.string().min(32, 'at least 32 characters').optional(),
    /** Address of the issuer's public keys: for production. */
    JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Required value of the claim `iss`. Must be set beside JWKS_URL. */
    JWT_ISSUER: z.string().max(1_024).optional(),
    /** Must be the claim `aud`, or one of it. Must be set beside JWKS_URL. */
    JWT_AUDIENCE: z.string().max(1_024).optional(),
    /** Further issuers, each with its audience, keys, roles and longest lifetime. */
    TOKEN_ISSUERS: listOfIssuers,
    /** Longest lifetime of a token, from `iat` to `exp`. */
    JWT_MAX_LIFETIME_S: z.coerce.number().int().min(60).max(31_622_400).default(604_800),
    /** Longest time that a purchase request waits for its outcome before it is answered with 202. */
    PURCHASE_WAIT_MS: z.coerce.number().int().min(0).max(60_000).default(10_000),
    /** `on`: this process also carries a purchase worker, on which it starts workflows eagerly. Reads the worker's variables. */
    PURCHASE_WORKER: z.enum(['on', 'off']).default('off'),
    /** Batches of purchases in flight before the next one lingers. */
    PURCHASE_BATCHES_IN_FLIGHT: z.coerce.number().int().min(1).max(100).default(DEFAULT_BATCH_LIMITS.maxInFlight),
    /** Purchases that may wait for a batch; those above it are answered 503. */
    PURCHASE_QUEUE_LIMIT: z.coerce.number().int().min(1).max(100_000).default(DEFAULT_BATCH_LIMITS.maxQueued),
    /** How long tickets are held for a buyer who names no time. */
    HOLD_DURATION_MS: z.coerce.number().int().min(1_000).max(MAX_HOLD_MS).default(600_000),
    /** Longest time that a buyer may ask for. */
    HOLD_MAX_DURATION_MS: z.coerce.number().int().min(1_000).max(MAX_HOLD_MS).default(1_800_000),
    /** Requests in a minute of one buyer's tokens, of one operator's, and from one client address; 0 for no limit. */
    RATE_LIMIT_BUYER_PER_MINUTE: perMinute.default(600),
    RATE_LIMIT_OPERATOR_PER_MINUTE: perMinute.default(12_000),
    RATE_LIMIT_ADDRESS_PER_MINUTE: perMinute.default(60_000),
    /** Guest links that are requested in an hour for one e-mail address, and from one client address; 0 for no limit. */
    RATE_LIMIT_GUEST_LINKS_PER_EMAIL_PER_HOUR: perMinute.default(5),
    RATE_LIMIT_GUEST_LINKS_PER_ADDRESS_PER_HOUR: perMinute.default(30),
    /** Purchase requests of one buyer that one gateway has open at once; 0 for no limit. */
    PURCHASES_AT_ONCE_PER_BUYER: z.coerce.number().int().min(0).max(10_000).default(100),
    /** Declined payments of a buyer after which the next purchase has to wait; 0 for no limit. */
    DECLINES_BEFORE_DELAY: z.coerce.number().int().min(0).max(30).default(5),
    /** Longest such wait. */
    DECLINE_DELAY_MAX_S: z.coerce.number().int().min(1).max(86_400).default(900),
    /** Keys of tickets' codes, separated by commas. The first one signs; all are accepted. */
    TICKET_SIGNING_KEYS: ticketKeysSetting,
    /** Doors open so long before an event starts. */
    ENTRY_OPENS_BEFORE_S: z.coerce.number().int().min(0).max(315_360_000).default(43_200),
    /** Networks (CIDR) or addresses, separated by commas, whose `X-Forwarded-For` is believed. */
    TRUSTED_PROXIES: listOf('networks in CIDR notation, or addresses', isNetwork),
    /** Origins, separated by commas, whose pages may call the API from a browser; `*` for any. */
    CORS_ORIGINS: listOf('origins such as https://shop.example, or *', isOrigin),
    /** Encrypts the secrets of webhook endpoints; the worker has the same. Unset: no endpoint can be registered. */
    WEBHOOK_ENCRYPTION_KEY: encryptionKey.optional(),
    /** `on`, for development: webhook endpoints on this machine are accepted, over HTTP too. */
    WEBHOOK_ALLOW_LOOPBACK: z.enum(['on', 'off']).default('off'),
    /** Signs the webhooks of Stripe (POST /api/webhooks/stripe); without it they are refused. */
    STRIPE_WEBHOOK_SECRET: z
      .string()
      .regex(/^whsec_\w+$/, 'a secret that begins with whsec_')
      .optional(),
    /** Origins, separated by commas, to which a buyer may return after an authentication (`payment.returnUrl`). */
    PAYMENT_RETURN_ORIGINS: listOf('origins such as https://shop.example', (text) => text !== '*' && isOrigin(text)),
    LOG_LEVEL: logLevelSetting,
  })
  .superRefine((env, context) => {
    if ((env.JWT_SECRET === undefined) === (env.JWKS_URL === undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'set either JWT_SECRET or JWKS_URL, so that tokens can be verified',
      });
    }
    for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE'] as const) {
      if (env.JWKS_URL === undefined || env[name] !== undefined) continue;
      // An issuer's keys sign tokens for many APIs: without these, tokens for another API would be accepted here.
      context.addIssue({ code: 'custom', path: [name], message: 'required where JWKS_URL is set' });
    }
    const names = [env.JWT_ISSUER ?? LOCAL_TOKEN_ISSUER, ...env.TOKEN_ISSUERS.map(({ issuer }) => issuer)];
    if (new Set(names).size < names.length) {
      context.addIssue({ code: 'custom', path: ['TOKEN_ISSUERS'], message: 'each issuer has a name of its own' });
    }
    if (env.HOLD_DURATION_MS > env.HOLD_MAX_DURATION_MS) {
      context.addIssue({ code: 'custom', path: ['HOLD_DURATION_MS'], message: 'at most HOLD_MAX_DURATION_MS' });
    }
  });

/**
 * The process's configuration, checked once at start. Temporal's own variables (TEMPORAL_ADDRESS, …) by its envconfig.
 *
 * @throws ConfigError with one line that names each wrong variable
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const parsed = parseConfig(schema, env);
  const keys: KeySource =
    parsed.JWKS_URL === undefined ? { secret: parsed.JWT_SECRET ?? '' } : { jwksUrl: new URL(parsed.JWKS_URL) };
  return {
    databaseUrl: parsed.DATABASE_URL,
    redisUrl: parsed.REDIS_URL,
    host: parsed.API_HOST,
    port: parsed.API_PORT,
    health: { host: parsed.HEALTH_HOST, port: parsed.HEALTH_PORT },
    behindTls: parsed.PUBLIC_URL?.startsWith('https:') ?? false,
    tokens: {
      keys,
      issuer: parsed.JWT_ISSUER ?? LOCAL_TOKEN_ISSUER,
      audience: parsed.JWT_AUDIENCE ?? LOCAL_TOKEN_AUDIENCE,
      maxLifetimeS: parsed.JWT_MAX_LIFETIME_S,
    },
    otherIssuers: parsed.TOKEN_ISSUERS.map(({ jwksUrl, ...rules }) => ({
      ...rules,
      keys: { jwksUrl: new URL(jwksUrl) },
    })),
    purchaseWaitMs: parsed.PURCHASE_WAIT_MS,
    hasPurchaseWorker: parsed.PURCHASE_WORKER === 'on',
    batches: { maxInFlight: parsed.PURCHASE_BATCHES_IN_FLIGHT, maxQueued: parsed.PURCHASE_QUEUE_LIMIT },
    holdTimes: { defaultMs: parsed.HOLD_DURATION_MS, maxMs: parsed.HOLD_MAX_DURATION_MS },
    limits: {
      buyerPerMinute: parsed.RATE_LIMIT_BUYER_PER_MINUTE,
      operatorPerMinute: parsed.RATE_LIMIT_OPERATOR_PER_MINUTE,
      addressPerMinute: parsed.RATE_LIMIT_ADDRESS_PER_MINUTE,
      guestLinksPerEmailPerHour: parsed.RATE_LIMIT_GUEST_LINKS_PER_EMAIL_PER_HOUR,
      guestLinksPerAddressPerHour: parsed.RATE_LIMIT_GUEST_LINKS_PER_ADDRESS_PER_HOUR,
      trustedProxies: parsed.TRUSTED_PROXIES,
    },
    buyers: {
      purchasesAtOnce: parsed.PURCHASES_AT_ONCE_PER_BUYER,
      declines: { free: parsed.DECLINES_BEFORE_DELAY, maxDelayS: parsed.DECLINE_DELAY_MAX_S },
    },
    webhooks: {
      encryptionKey: parsed.WEBHOOK_ENCRYPTION_KEY,
      allowLoopback: parsed.WEBHOOK_ALLOW_LOOPBACK === 'on',
    },
    entryOpensBeforeS: parsed.ENTRY_OPENS_BEFORE_S,
    ticketKeys: parsed.TICKET_SIGNING_KEYS,
    corsOrigins: parsed.CORS_ORIGINS,
    returnOrigins: parsed.PAYMENT_RETURN_ORIGINS,
    stripeWebhookSecret: parsed.STRIPE_WEBHOOK_SECRET,
    logLevel: parsed.LOG_LEVEL,
    temporal: loadClientConnectConfig({ overrideEnvVars: variables(env) }),
  };
}

/** What of a valid configuration is probably not meant. */
export function configWarnings(config: Pick<ReturnType<typeof readConfig>, 'returnOrigins' | 'stripeWebhookSecret'>) {
  if (config.stripeWebhookSecret === undefined || config.returnOrigins.length > 0) return [];
  return [
    'PAYMENT_RETURN_ORIGINS is empty: every purchase that names a return address is refused, and so is every paid one of ' +
      'the shop. List the origin of the shop, unless no buyer pays in a browser.',
  ];
}

const variables = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
