import { paymentSettings, paymentVariables, refinePayments } from '@box-office/payments';
import type { ReceiptIssuer } from '@box-office/database';
import { parseConfig, settingLines } from '@box-office/platform';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { RETURNED_PAYMENTS } from './reconciliation/comparing/shortfall.js';

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  AMQP_URL: z.url({ protocol: /^amqps?$/ }),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  ...paymentVariables,
  HEALTH_HOST: z.string().default('127.0.0.1'),
  /** 0 for any free port; the log says which. */
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Interval of the scheduled reconciliation, in ms; 0 turns the schedule off. */
  RECONCILIATION_EVERY_MS: z.coerce.number().int().min(0).max(86_400_000).default(60_000),
  /** From the first check of a discrepancy to the second one, in ms. */
  RECONCILIATION_RECHECK_DELAY_MS: z.coerce.number().int().min(100).max(60_000).default(3_000),
  /** Interval of the scheduled recovery, in ms; 0 turns the schedule off. */
  RECOVERY_EVERY_MS: z.coerce.number().int().min(0).max(86_400_000).default(30_000),
  /**
   * How long something unfinished must be unchanged, and its workflow closed, before recovery continues it, in ms.
   * Longer than an activity may run (60 s): an activity that was not told of the close may still be running.
   */
  RECOVERY_IDLE_MS: z.coerce.number().int().min(500).max(3_600_000).default(90_000),
  /** How long a purchase may be unchanged while its workflow is open, before it is reported as stalled, in ms. */
  STALLED_AFTER_MS: z.coerce.number().int().min(500).max(86_400_000).default(300_000),
  /** What happens to the tickets of a payment that went back to the buyer in full, outside of Box Office. */
  RETURNED_PAYMENTS: z.enum(RETURNED_PAYMENTS).default('report'),
  /** Who sells: stated on receipts. Without a name no receipts are issued. */
  SELLER_NAME: z.string().max(200).optional(),
  /** Lines of the address, with | between them. */
  SELLER_ADDRESS: z.string().max(500).optional(),
  SELLER_VAT_ID: z.string().max(50).optional(),
  /** Begins the number of each receipt. Another seller needs another series. */
  RECEIPT_SERIES: z
    .string()
    .regex(/^[A-Z0-9]{1,10}$/, 'one to ten capital letters or digits')
    .default('R'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

type Seller = Pick<z.output<typeof schema>, 'SELLER_NAME' | 'SELLER_ADDRESS' | 'SELLER_VAT_ID' | 'RECEIPT_SERIES'>;

/** A receipt states name and address. */
function refineSeller({ SELLER_NAME, SELLER_ADDRESS, SELLER_VAT_ID }: Seller, context: z.RefinementCtx): void {
  const isIncomplete = SELLER_NAME === undefined ? (SELLER_ADDRESS ?? SELLER_VAT_ID) !== undefined : !SELLER_ADDRESS;
  if (!isIncomplete) return;
  const path = SELLER_NAME === undefined ? 'SELLER_NAME' : 'SELLER_ADDRESS';
  context.addIssue({ code: 'custom', path: [path], message: 'receipts state the name and the address of the seller' });
}

function receiptIssuer(checked: Seller): ReceiptIssuer | null {
  const {
    SELLER_NAME: name,
    SELLER_ADDRESS: lines = '',
    SELLER_VAT_ID: vatId = null,
    RECEIPT_SERIES: series,
  } = checked;
  if (name === undefined) return null;
  return { series, seller: { name, address: settingLines(lines), vatId } };
}

export type Config = ReturnType<typeof readConfig>;

/**
 * Reads the environment once, at start; Temporal's own variables (TEMPORAL_ADDRESS, …) by its envconfig.
 *
 * @throws ConfigError
 */
export function readConfig() {
  const checked = parseConfig(schema.superRefine(refinePayments).superRefine(refineSeller), process.env);
  return {
    databaseUrl: checked.DATABASE_URL,
    amqpUrl: checked.AMQP_URL,
    redisUrl: checked.REDIS_URL,
    payments: paymentSettings(checked),
    temporal: loadClientConnectConfig(),
    reconciliationEveryMs: checked.RECONCILIATION_EVERY_MS,
    recheckDelayMs: checked.RECONCILIATION_RECHECK_DELAY_MS,
    recoveryEveryMs: checked.RECOVERY_EVERY_MS,
    recoveryIdleMs: checked.RECOVERY_IDLE_MS,
    stalledAfterMs: checked.STALLED_AFTER_MS,
    returnedPayments: checked.RETURNED_PAYMENTS,
    receipts: receiptIssuer(checked),
    healthHost: checked.HEALTH_HOST,
    healthPort: checked.HEALTH_PORT,
    logLevel: checked.LOG_LEVEL,
  };
}
