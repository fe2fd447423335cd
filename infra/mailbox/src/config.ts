import { parseConfig } from '@box-office/platform';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const schema = z.object({
  MAILBOX_HOST: z.string().default('127.0.0.1'),
  /** Where the pages are. 0 for any free port, which is then in the log. */
  MAILBOX_PORT: port.default(0),
  /** Where mails are taken. */
  MAILBOX_SMTP_PORT: port.default(0),
  /** Where mails are kept; created if missing. One process at a time. */
  MAILBOX_DIR: z.string().min(1),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** Reads the environment; called once, at the start. @throws ConfigError */
export const readConfig = (): z.output<typeof schema> => parseConfig(schema, process.env);
