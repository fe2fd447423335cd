import { createDeadLetterAdmin, type DeadLetterAdmin } from '@box-office/messaging';
import { createLogger, createPool } from '@box-office/platform';
import type pg from 'pg';
import type { ConfirmOption } from './command.js';
import type { Config } from './config.js';
import { unavailable, CliFailure, misused, textOfError } from './failure.js';
import { createGateway, type Gateway } from './gateway.js';
import type { Output } from './output/output.js';

const NAME = 'cli';
const MAX_CONNECTIONS = 2;

/** What commands work with. Connections are opened when they are first needed, and each failure is one line. */
export interface CliContext {
  readonly output: Output;
  readonly config: () => Config;
  readonly gateway: () => Gateway;
  /** Runs some work with a connection to PostgreSQL. */
  withDatabase<T>(work: (pool: pg.Pool) => Promise<T>): Promise<T>;
  /** Runs some work on the dead letters. */
  withDeadLetters<T>(work: (admin: DeadLetterAdmin) => Promise<T>): Promise<T>;
  /** Shows what is about to be done and has it confirmed. @throws CliFailure if it is not */
  confirm(preview: readonly string[], options: ConfirmOption): Promise<void>;
  /** The operator: the name given, else the subject of the token. */
  operator(named: string | undefined): string;
}

export function createCliContext(o: {
  readonly output: Output;
  readonly readConfig: () => Config;
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}): CliContext {
  const logger = createLogger({ service: NAME, level: 'silent' });
  let read: Config | undefined;
  const config = (): Config => (read ??= o.readConfig());

  return {
    output: o.output,
    config,
    gateway: () => createGateway({ url: config().required('API_URL'), token: config().required('OPERATOR_TOKEN') }),

    async withDatabase(work) {
      const url = config().required('DATABASE_URL');
      const pool = createPool({
        url,
        applicationName: `box-office ${NAME}`,
        max: MAX_CONNECTIONS,
        planning: 'by_size',
        logger,
      });
      try {
        await pool.query('select 1').catch((error: unknown) => {
          throw unavailable(`PostgreSQL at ${hostOf(url)} does not answer: ${textOfError(error)}`);
        });
        return await work(pool);
      } finally {
        await pool.end();
      }
    },

    async withDeadLetters(work) {
      const url = config().required('AMQP_URL');
      try {
        return await work(createDeadLetterAdmin({ url, logger }));
      } catch (error) {
        if (error instanceof CliFailure) throw error;
        throw unavailable(`RabbitMQ at ${hostOf(url)}: ${textOfError(error)}`);
      }
    },

    async confirm(preview, { yes }) {
      if (yes) return;
      for (const line of preview) o.output.note(line);
      if (!o.ask) throw misused('nothing was done: --yes is needed if there is no terminal to confirm on');
      const answered = await o.ask('Do it? [y/N] ').catch((error: unknown) => {
        // Ctrl-C.
        if (error instanceof Error && error.name === 'AbortError') return '';
        throw error;
      });
      const answer = answered.trim().toLowerCase();
      if (answer !== 'y' && answer !== 'yes') throw misused('nothing was done');
    },

    operator(named) {
      const name = named?.trim() ?? subjectOf(config().given('OPERATOR_TOKEN'));
      if (name === undefined || name === '')
        throw misused('--operator is needed: there is no OPERATOR_TOKEN that names the operator');
      return name;
    },
  };
}

/** Without user and password. */
const hostOf = (address: string): string => new URL(address).host;

/** The subject of a token. It is not verified here: who has the database's password may write any name. */
function subjectOf(token: string | undefined): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'sub' in claims ? String(claims.sub) : undefined;
  } catch {
    return undefined;
  }
}
