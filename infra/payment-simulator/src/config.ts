import { parseConfig } from '@box-office/platform';
import { z } from 'zod';

const schema = z.object({
  SIMULATOR_HOST: z.string().default('127.0.0.1'),
  /** 0 for any free port, which is then in the log. */
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535),
  /** The ledger's journal; created if missing. One process at a time. */
  SIMULATOR_LEDGER_FILE: z.string(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly ledgerFile: string;
  readonly logLevel: string;
}

/** Reads the environment; called once, at the start. @throws ConfigError */
export function readConfig(): Config {
  const checked = parseConfig(schema, process.env);
  return {
    host: checked.SIMULATOR_HOST,
    port: checked.SIMULATOR_PORT,
    ledgerFile: checked.SIMULATOR_LEDGER_FILE,
    logLevel: checked.LOG_LEVEL,
  };
}
