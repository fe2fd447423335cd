import { writePrivately } from './state.js';

/** What other programs on this machine need to use a running stack. */
export interface StackEnv {
  /** The buyers' shop. */
  readonly SHOP_URL: string;
  /** The staff's console. */
  readonly CONSOLE_URL: string;
  /** The local mailbox; empty where mails go elsewhere. */
  readonly MAILBOX_URL: string;
  readonly API_URL: string;
  /** Where the processes answer `/readyz` and `/metrics`. */
  readonly API_HEALTH_URL: string;
  readonly WORKER_URL: string;
  readonly AUDIT_CONSUMER_URL: string;
  readonly DATABASE_URL: string;
  readonly DATABASE_OWNER_URL: string;
  readonly REDIS_URL: string;
  readonly AMQP_URL: string;
  readonly TEMPORAL_ADDRESS: string;
  readonly TEMPORAL_NAMESPACE: string;
  readonly TEMPORAL_UI_URL: string;
  /** The payment simulator; empty where payments are made at Stripe. */
  readonly PAYMENT_URL: string;
  readonly JWT_SECRET: string;
  readonly BUYER_ID: string;
  readonly BUYER_TOKEN: string;
  readonly OPERATOR_TOKEN: string;
}

/** The lines of an env file; values are quoted where a shell or a reader of env files would stumble. */
function formatStackEnv(env: StackEnv): string {
  const lines = Object.entries(env).map(([name, value]) => `${name}=${quoted(String(value))}`);
  return `# Written at each start; the tokens are good for seven days.\n${lines.join('\n')}\n`;
}

/** Readable by its owner alone: it holds passwords and tokens. */
export function writeStackEnv(file: string, env: StackEnv): void {
  writePrivately(file, formatStackEnv(env));
}

const quoted = (value: string): string =>
  /^[\w.,:/@%+=?&~-]*$/.test(value) && !value.includes('&') ? value : `'${value.replaceAll("'", "'\\''")}'`;
