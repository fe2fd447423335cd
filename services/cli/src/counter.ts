import { createDeadLetterDesk, type DeadLetterDesk } from '@box-office/messaging';
import { createLogger, createPool } from '@box-office/platform';
import type pg from 'pg';
import type { ConfirmOption } from './command.js';
import type { Config } from './config.js';
import { away, CliFailure, misused, wordsOf } from './failure.js';
import { createGateway, type Gateway } from './gateway/gateway.js';
import type { Output } from './output/output.js';

const NAME = 'cli';
const MAX_CONNECTIONS = 2;

/** What commands work with. Everything is opened when it is first needed, and each failure is one line. */
export interface Counter {
  readonly output: Output;
  readonly config: () => Config;
  readonly gateway: () => Gateway;
  /** Gives the record for the time of some work. */
  withRecord<T>(work: (pool: pg.Pool) => Promise<T>): Promise<T>;
  /** Gives the dead letters for the time of some work. */
  withDeadLetters<T>(work: (desk: DeadLetterDesk) => Promise<T>): Promise<T>;
  /** Shows what is about to be done and has it confirmed. @throws CliFailure if it is not */
  confirm(preview: readonly string[], options: ConfirmOption): Promise<void>;
  /** Who acts: the name given, else the subject of the token. */
  operator(named: string | undefined): string;
}

export function createCounter(o: {
  readonly output: Output;
  readonly readConfig: () => Config;
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}): Counter {
  const logger = createLogger({ service: NAME, level: 'silent' });
  let read: Config | undefined;
  const config = (): Config => (read ??= o.readConfig());

  return {
    output: o.output,
    config,
    gateway: () => createGateway({ url: config().required('API_URL'), token: config().required('OPERATOR_TOKEN') }),

    async withRecord(work) {
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
          throw away(`PostgreSQL at ${hostOf(url)} does not answer: ${wordsOf(error)}`);
        });
        return await work(pool);
      } finally {
        await pool.end();
      }
    },

    async withDeadLetters(work) {
      const url = config().required('AMQP_URL');
      try {
        return await work(createDeadLetterDesk({ url, logger }));
      } catch (error) {
        if (error instanceof CliFailure) throw error;
        throw away(`RabbitMQ at ${hostOf(url)}: ${wordsOf(error)}`);
      }
    },

    async confirm(preview, { yes }) {
      if (yes) return;
      for (const line of preview) o.output.note(line);
      if (!o.ask) throw misused('nothing was done: --yes is needed where nobody can be asked');
      const answer = (await o.ask('Do it? [y/N] ')).trim().toLowerCase();
      if (answer !== 'y' && answer !== 'yes') throw misused('nothing was done');
    },

    operator(named) {
      const name = named?.trim() ?? subjectOf(config().given('OPERATOR_TOKEN'));
      if (name === undefined || name === '') throw misused('--operator is needed: no OPERATOR_TOKEN says who acts');
      return name;
    },
  };
}

/** Without user and password. */
const hostOf = (address: string): string => new URL(address).host;

/** Who a token is for. It is not verified here: whoever has the database's password may write any name. */
function subjectOf(token: string | undefined): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'sub' in claims ? String(claims.sub) : undefined;
  } catch {
    return undefined;
  }
}
