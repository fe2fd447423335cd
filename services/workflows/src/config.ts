import { paymentVariables, refinePayments } from '@box-office/payments';
import { colourSetting, encryptionKey, logLevelSetting, parseConfig, settingLines } from '@box-office/platform';
import { ticketKeysSetting } from '@box-office/tickets/codes';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import type { MailSettings } from './worker/mail-worker.js';

const schema = z.object({
  /** PostgreSQL, as the services' role. */
  DATABASE_URL: z.url(),
  REDIS_URL: z.url(),
  AMQP_URL: z.url(),
  ...paymentVariables,
  /** Where /livez, /readyz and /metrics answer. */
  HEALTH_HOST: z.string().default('127.0.0.1'),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  LOG_LEVEL: logLevelSetting,
  /** How long a payment step waits for its slowest purchase before that one is detached, in ms. */
  PAYMENT_SOFT_DEADLINE_MS: z.coerce.number().int().min(10).max(3_000).default(500),
  /** How long a purchase waits for its buyer to authenticate, from when that is asked for, in ms. */
  AUTHENTICATION_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(3_600_000).default(600_000),
  /** Purchases of a cancelled event that are refunded per second, at most. */
  EVENT_CANCELLATIONS_PER_S: z.coerce.number().positive().max(1_000).default(20),
  /** Where docs/operating.md can be read, for the links in current details, which name its path where this is not set. */
  HANDBOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Workflows kept in memory between their tasks. */
  MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(0).default(500),
  /** Opens the secrets of webhook endpoints; the gateway has the same. Unset: nothing is delivered. */
  WEBHOOK_ENCRYPTION_KEY: encryptionKey.optional(),
  /** `on`, for development: webhooks are sent to this machine as well, over HTTP too. */
  WEBHOOK_ALLOW_LOOPBACK: z.enum(['on', 'off']).default('off'),
  /** The mail server: `smtps://user:password@host`, or `smtp://…`. Unset: no mail is sent. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  /** Who mails are from: `Name <address>` or an address. */
  MAIL_FROM: z
    .string()
    .regex(/^(?:[^<>\r\n]+<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, 'an address, or Name <address>')
    .optional(),
  /** How buyers reach the shop: where the links of mails lead. */
  SHOP_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** The organiser's name, in mails. */
  SHOP_NAME: z.string().min(1).max(60).default('Box Office'),
  /** The organiser's colour, in mails. */
  ACCENT_COLOUR: colourSetting.optional(),
  /** Lines at the foot of mails, with | between them: who sells, as the law wants it in letters. */
  MAIL_IMPRINT: z.string().max(1_000).optional(),
  /** Keys of tickets' codes, for the tickets in mails; the gateway has the same. */
  TICKET_SIGNING_KEYS: ticketKeysSetting.optional(),
  /** Connections to PostgreSQL. */
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(10),
});

/** What mails need besides a server. */
const OF_MAILS = ['MAIL_FROM', 'SHOP_URL', 'TICKET_SIGNING_KEYS'] as const;

function refineMails(env: z.output<typeof schema>, context: z.RefinementCtx): void {
  for (const name of OF_MAILS) {
    if (env.SMTP_URL === undefined || env[name] !== undefined) continue;
    context.addIssue({ code: 'custom', path: [name], message: 'required where SMTP_URL is set' });
  }
}

/** Where mails go; undefined where none are sent. */
export function mailSettingsOf(env: WorkerConfig): MailSettings | undefined {
  const { SMTP_URL: smtpUrl, MAIL_FROM: from, SHOP_URL: shopUrl, TICKET_SIGNING_KEYS: ticketKeys } = env;
  if (smtpUrl === undefined || from === undefined || shopUrl === undefined || ticketKeys === undefined)
    return undefined;
  const imprint = env.MAIL_IMPRINT === undefined ? [] : settingLines(env.MAIL_IMPRINT);
  return { smtpUrl, from, shopUrl, ticketKeys, organiser: { name: env.SHOP_NAME, imprint, accent: env.ACCENT_COLOUR } };
}

export type WorkerConfig = z.output<typeof schema>;

/** Reads the worker's configuration; Temporal's own variables (TEMPORAL_ADDRESS, …) by its envconfig. */
export function readConfig(): { readonly worker: WorkerConfig; readonly temporal: ClientConnectConfig } {
  const worker = parseConfig(schema.superRefine(refinePayments).superRefine(refineMails), process.env);
  return { worker, temporal: loadClientConnectConfig() };
}
