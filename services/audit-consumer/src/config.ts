import { parseConfig } from '@box-office/platform';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  AMQP_URL: z.url({ protocol: /^amqps?$/ }),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** The payment provider. */
  PAYMENT_URL: z.url({ protocol: /^https?$/ }),
  HEALTH_HOST: z.string().default('127.0.0.1'),
  /** 0 for any free port, which is then in the log. */
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** How often the stores are compared by themselves, in ms; 0 for never. */
  RECONCILIATION_EVERY_MS: z.coerce.number().int().min(0).max(86_400_000).default(60_000),
  /** From the first look at a difference to the second one. */
  RECONCILIATION_SECOND_LOOK_MS: z.coerce.number().int().min(100).max(60_000).default(3_000),
  /** How often what lost its workflow is looked for, in ms; 0 for never. */
  RECOVERY_EVERY_MS: z.coerce.number().int().min(0).max(86_400_000).default(30_000),
  /**
   * How long a purchase must stand still, and its workflow be gone, before it is taken up again, in ms: longer than any
   * activity may run (60 s), because one that nobody told of the end may still be at work.
   */
  RECOVERY_IDLE_MS: z.coerce.number().int().min(500).max(3_600_000).default(90_000),
  /** How long a purchase may stand still while its workflow is open, before a person is told, in ms. */
  STALLED_AFTER_MS: z.coerce.number().int().min(500).max(86_400_000).default(300_000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface Config {
  /** The services' role. */
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  readonly redisUrl: string;
  readonly paymentUrl: string;
  /** Address, namespace, TLS and key of Temporal: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and what else its SDKs read. */
  readonly temporal: ClientConnectConfig;
  /** 0 for never. */
  readonly reconciliationEveryMs: number;
  readonly secondLookAfterMs: number;
  /** 0 for never. */
  readonly recoveryEveryMs: number;
  readonly recoveryIdleMs: number;
  readonly stalledAfterMs: number;
  readonly healthHost: string;
  readonly healthPort: number;
  readonly logLevel: string;
}

/** Reads the environment; called once, at the start. @throws ConfigError */
export function readConfig(): Config {
  const checked = parseConfig(schema, process.env);
  return {
    databaseUrl: checked.DATABASE_URL,
    amqpUrl: checked.AMQP_URL,
    redisUrl: checked.REDIS_URL,
    paymentUrl: checked.PAYMENT_URL,
    temporal: loadClientConnectConfig(),
    reconciliationEveryMs: checked.RECONCILIATION_EVERY_MS,
    secondLookAfterMs: checked.RECONCILIATION_SECOND_LOOK_MS,
    recoveryEveryMs: checked.RECOVERY_EVERY_MS,
    recoveryIdleMs: checked.RECOVERY_IDLE_MS,
    stalledAfterMs: checked.STALLED_AFTER_MS,
    healthHost: checked.HEALTH_HOST,
    healthPort: checked.HEALTH_PORT,
    logLevel: checked.LOG_LEVEL,
  };
}
