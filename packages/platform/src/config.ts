import { z } from 'zod';
import { faultsOfLiveKeys } from './live-keys.js';

/** How an organiser's colour is written. */
export const colourSetting = z.string().regex(/^#[\da-f]{6}$/i, 'is no colour such as #1f4fbf');

/** The least severe lines that are logged. */
export const logLevelSetting = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info');

/** The lines of a setting that stand in one line, with | between them. */
export const settingLines = (value: string): readonly string[] =>
  value
    .split('|')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** A process's environment is not what it needs. The message is one line that names each wrong variable, never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Checks a process's environment once, at start, against a zod object schema keyed by variable name.
 * An empty variable counts as absent, as env files leave them (`JWKS_URL=`). Values never appear in the
 * error: some of them are secrets. Whatever the schema reads, the environment must fit a live key of Stripe that it has.
 *
 * @throws ConfigError
 */
export function parseConfig<S extends z.ZodType>(schema: S, env: NodeJS.ProcessEnv): z.output<S> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  const faults = faultsOfLiveKeys(given);
  if (parsed.success && faults.length === 0) return parsed.data;
  const errors = (parsed.error?.issues ?? []).map((issue) => {
    const variable = issue.path.join('.');
    if (variable === '') return issue.message;
    return variable in given ? `${variable} is wrong (${issue.message})` : `${variable} is not set (${issue.message})`;
  });
  throw new ConfigError(`Configuration: ${[...faults, ...errors].join('; ')}`);
}
