import { parseConfig } from '@box-office/platform';
import { z } from 'zod';

const schema = z.object({
  SIMULATOR_HOST: z.string().default('127.0.0.1'),
  /** 0 for any free port, which is then in the log. */
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535),
  /** The ledger's journal; created if missing. One process at a time. */
  SIMULATOR_LEDGER_FILE: z.string(),
  /** Where a browser reaches the page at which a buyer authenticates; by default where the simulator listens. */
  SIMULATOR_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Where events are sent as webhooks, and the secret that signs them. */
  SIMULATOR_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  SIMULATOR_WEBHOOK_SECRET: z.string().min(1).default('whsec_simulator'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly ledgerFile: string;
  readonly publicUrl: string | undefined;
  readonly webhook: { readonly url: string; readonly secret: string } | undefined;
  readonly logLevel: string;
}

/** Reads the environment; called once, at the start. @throws ConfigError */
export function readConfig(): Config {
  const checked = parseConfig(schema, process.env);
  return {
    host: checked.SIMULATOR_HOST,
    port: checked.SIMULATOR_PORT,
    ledgerFile: checked.SIMULATOR_LEDGER_FILE,
    publicUrl: checked.SIMULATOR_PUBLIC_URL,
    webhook:
      checked.SIMULATOR_WEBHOOK_URL === undefined
        ? undefined
        : { url: checked.SIMULATOR_WEBHOOK_URL, secret: checked.SIMULATOR_WEBHOOK_SECRET },
    logLevel: checked.LOG_LEVEL,
  };
}
