import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, parseConfig } from '@box-office/platform';
import { z } from 'zod';
import { parseEnvFile } from './env-file.js';
import { misused } from './failure.js';

const schema = z.object({
  /** The gateway. */
  API_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** A token with the role `operator`. */
  OPERATOR_TOKEN: z.string().optional(),
  /** PostgreSQL in the services' role: the audit log, and what is put on record here. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** RabbitMQ: the queues and their dead letters. */
  AMQP_URL: z.url({ protocol: /^amqps?$/ }).optional(),
  /** Where the processes answer `/readyz` and `/metrics`; only `status` asks there. */
  API_HEALTH_URL: z.url({ protocol: /^https?$/ }).optional(),
  WORKER_URL: z.url({ protocol: /^https?$/ }).optional(),
  AUDIT_CONSUMER_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** The payment simulator; only `status` asks whether it answers. */
  PAYMENT_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Only `status` reads with it, at Stripe, where PAYMENT_URL is not set. */
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(?:sk|rk)_(?:test|live)_\w+$/, 'is no secret key')
    .optional(),
});

export type Variable = keyof z.infer<typeof schema>;
const ADDRESSES: readonly Variable[] = [
  'API_URL',
  'API_HEALTH_URL',
  'DATABASE_URL',
  'AMQP_URL',
  'WORKER_URL',
  'AUDIT_CONSUMER_URL',
  'PAYMENT_URL',
];

type Environment = Readonly<Record<string, string | undefined>>;

/** What the command line is told from outside. A command asks for what it needs, and fails with one line without it. */
export interface Config {
  /** @throws CliFailure naming the variable that is missing */
  required(variable: Variable): string;
  given(variable: Variable): string | undefined;
  /** Whether any address is known. */
  readonly isAnyGiven: boolean;
}

/** `npm start` of this clone writes it. */
const CLONE = fileURLToPath(new URL('../../..', import.meta.url));
const STACK_ENV = join('.local', 'stack.env');

/**
 * From the environment, and what is missing there from `.local/stack.env` of the current directory, else of this clone.
 * If the environment names another address than the file, the file is left alone: half of one system and half of
 * another must never be mixed.
 */
export const readConfig = (): Config => configOf(process.env, [process.cwd(), CLONE]);

export function configOf(environment: Environment, folders: readonly string[]): Config {
  const ofEnvironment = known(environment);
  const file = folders.map((folder) => readIfThere(join(folder, STACK_ENV))).find((found) => found !== undefined);
  const ofFile = file === undefined ? {} : known(parseEnvFile(file));
  const isOther = ADDRESSES.some(
    (name) => name in ofEnvironment && name in ofFile && ofEnvironment[name] !== ofFile[name],
  );
  const values = checked(isOther ? ofEnvironment : { ...ofFile, ...ofEnvironment });
  return {
    given: (variable) => values[variable],
    isAnyGiven: ADDRESSES.some((name) => values[name] !== undefined),
    required(variable) {
      const value = values[variable];
      if (value !== undefined) return value;
      const why = isOther
        ? `${STACK_ENV} belongs to another system than the addresses in the environment, so it was not used`
        : `set it, or run this beside a started Box Office (${STACK_ENV})`;
      throw misused(`${variable} is not set: ${why}`);
    },
  };
}

const known = (all: Environment): Partial<Record<Variable, string>> =>
  Object.fromEntries(Object.entries(all).filter(([name, value]) => name in schema.shape && value));

function checked(values: Partial<Record<Variable, string>>): Partial<Record<Variable, string | undefined>> {
  try {
    return parseConfig(schema, values);
  } catch (error) {
    if (error instanceof ConfigError) throw misused(error.message);
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw misused(`${file} cannot be read: ${(error as Error).message}`);
  }
}
