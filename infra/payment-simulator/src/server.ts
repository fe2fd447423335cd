import type { Server } from 'node:http';
import { closeHttpServer, listenOn, type Logger } from '@box-office/platform';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.js';
import { ledgerEntry } from './entries.js';
import { openJournal } from './journal.js';
import { Ledger } from './ledger.js';
import { createWebhooks, type WebhookEndpoint } from './webhooks.js';

/** An answer that "never comes" ends after this, so that no connection stays open permanently. */
const SILENCE_MS = 60_000;
const MAX_CONNECTIONS = 4_096;
/** Longer than the callers keep idle connections, so that they and not we close them. */
const KEEP_ALIVE_MS = 65_000;
const CLOSE_TIMEOUT_MS = 3_000;

export interface Simulator {
  /** `http://host:port` */
  readonly url: string;
  /** Answers 503 to requests that wait, lets the rest finish, and closes the ledger. */
  close(): Promise<void>;
}

/**
 * Starts the simulator. The port is taken before the ledger is opened: a second process on the same address fails
 * there and cannot spoil the file. Until the ledger has been read, every call is answered 503.
 *
 * @param o.onFailure the ledger cannot be written; the process has to end
 */
export async function startSimulator(o: {
  host: string;
  /** 0 for any free one. */
  port: number;
  ledgerFile: string;
  logger: Logger;
  onFailure: (error: unknown) => void;
  silenceMs?: number;
  /** Where events are sent from the start on. */
  webhookEndpoint?: WebhookEndpoint | undefined;
  /** Where a browser reaches it; by default where it listens. */
  publicUrl?: string | undefined;
}): Promise<Simulator> {
  const closing = new AbortController();
  let handle: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 });
  const server = createAdaptorServer({ fetch: (request) => handle(request) }) as Server;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listenOn(server, o);

  const ledger = new Ledger((entry) => {
    journal.append(JSON.stringify(entry));
    // After the entry has moved its intent.
    queueMicrotask(() => webhooks.wake());
  });
  const journal = await openJournal({
    file: o.ledgerFile,
    onLine: (line, number) => {
      try {
        ledger.apply(ledgerEntry.parse(JSON.parse(line)));
      } catch (error) {
        throw new Error(`${o.ledgerFile}: line ${number} cannot be read`, { cause: error });
      }
    },
    onFailure: o.onFailure,
  });
  const url = `http://${o.host.includes(':') ? `[${o.host}]` : o.host}:${port}`;
  const webhooks = createWebhooks({ ledger, settled: journal.settled, closing: closing.signal, logger: o.logger });
  if (o.webhookEndpoint) webhooks.add(o.webhookEndpoint);
  const app = createApp({
    webhooks,
    ledger,
    settled: journal.settled,
    closing: closing.signal,
    silenceMs: o.silenceMs ?? SILENCE_MS,
    publicUrl: o.publicUrl ?? url,
    logger: o.logger,
  });
  handle = app.fetch;
  o.logger.info({ url, purchases: ledger.purchaseCount() }, 'payment simulator listens');

  return {
    url,
    close: async () => {
      closing.abort();
      await closeHttpServer(server, CLOSE_TIMEOUT_MS);
      await journal.close();
    },
  };
}
