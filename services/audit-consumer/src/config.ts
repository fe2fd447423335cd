import { parseConfig } from '@box-office/platform';
import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  AMQP_URL: z.url({ protocol: /^amqps?$/ }),
  HEALTH_HOST: z.string().default('127.0.0.1'),
  /** 0 for any free port, which is then in the log. */
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface Config {
  /** The services' role. */
  readonly databaseUrl: string;
  readonly amqpUrl: string;
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
    healthHost: checked.HEALTH_HOST,
    healthPort: checked.HEALTH_PORT,
    logLevel: checked.LOG_LEVEL,
  };
}
