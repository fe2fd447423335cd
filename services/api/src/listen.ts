import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { GatewayEnv } from './context.js';

const HEADERS_TIMEOUT_MS = 10_000;
/** Longest that a request may take to arrive. */
const REQUEST_TIMEOUT_MS = 20_000;
/** Longer than usual load balancers keep theirs, so that it is they who close idle connections. */
const KEEP_ALIVE_MS = 65_000;
const MAX_CONNECTIONS = 20_000;
/** Longest that a shutdown waits for answers that are being written. */
const CLOSE_MS = 10_000;

export interface ListeningServer {
  readonly port: number;
  /** Takes no more connections; resolves when those under way have had their answers. */
  close(): Promise<void>;
}

/** Serves HTTP at an address. @throws when it cannot be had */
export async function listen(o: {
  fetch: (request: Request, env: GatewayEnv['Bindings']) => Response | Promise<Response>;
  host: string;
  /** 0 for any free one. */
  port: number;
}): Promise<ListeningServer> {
  const server = createAdaptorServer({
    fetch: o.fetch,
    serverOptions: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(o.port, o.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : o.port;
  return { port, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const forced = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    // A connection that is kept alive counts as open: it closes with the answer it is waiting for, idle ones at once.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(forced);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
