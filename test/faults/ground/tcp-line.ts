import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How a line treats what goes through it.
 *
 * - `open`: as if it were not there
 * - `slow`: each piece waits so long, in both directions
 * - `silent`: connections are taken and nothing passes; what was sent arrives when the line opens again, unless it is cut
 * - `cut`: connections are reset, and nobody listens
 */
export type LineState =
  | { readonly kind: 'open' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'cut' };

/** A TCP line between a service and a server that can be disturbed. */
export interface TcpLine {
  /** Where the service connects to, on 127.0.0.1. */
  readonly port: number;
  set(state: LineState): Promise<void>;
  /** Resets all connections; new ones are taken as the state says. */
  reset(): void;
  close(): Promise<void>;
}

const LISTEN_ATTEMPTS = 50;
const LISTEN_PAUSE_MS = 100;

/** Opens a line to a server of this machine. */
export async function openLine(targetPort: number): Promise<TcpLine> {
  const sockets = new Set<Socket>();
  let state: LineState = { kind: 'open' };
  let changed = deferred();
  const server = createServer({ allowHalfOpen: true }, (client) => connect(client));
  await listen(server, 0);
  const { port } = server.address() as { port: number };

  function connect(client: Socket): void {
    const upstream = createConnection({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      relay(from, to).catch(() => {
        from.destroy();
        to.destroy();
      });
    }
  }

  /** What was read before a connection broke is still passed on, as a network would. */
  async function relay(from: Socket, to: Socket): Promise<void> {
    // The other direction goes on when this one has ended.
    for await (const piece of from.iterator({ destroyOnReturn: false })) {
      await passage();
      if (!to.write(piece as Buffer)) await roomIn(to);
    }
    to.end();
  }

  async function passage(): Promise<void> {
    while (state.kind === 'silent') await changed.promise;
    if (state.kind === 'slow') await sleep(state.delayMs);
  }

  function reset(): void {
    for (const socket of sockets) {
      // One that has ended is not reset: while it is being shut down libuv refuses to, and Node leaves its handle behind,
      // with which the process can never end.
      if (!socket.writableEnded) socket.resetAndDestroy();
      // By itself a reset would first wait for what was written to be taken.
      socket.destroy();
    }
  }

  return {
    port,
    reset,
    async set(next) {
      const before = state;
      state = next;
      changed.resolve();
      changed = deferred();
      if (next.kind === 'cut') {
        if (before.kind !== 'cut') server.close();
        reset();
      } else if (before.kind === 'cut') await listen(server, port);
    },
    async close() {
      state = { kind: 'open' };
      changed.resolve();
      reset();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Resolves when the socket takes more, or is gone. */
async function roomIn(socket: Socket): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const events = ['drain', 'close'].map((event) => once(socket, event, { signal }));
  await Promise.race(events).finally(() => over.abort());
  await Promise.allSettled(events);
}

/** The port may be taken for a moment by an outgoing connection while the line is cut. */
async function listen(server: Server, port: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return;
    } catch (error) {
      if (attempt === LISTEN_ATTEMPTS) throw error;
      await sleep(LISTEN_PAUSE_MS);
    }
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((fulfil) => (resolve = fulfil));
  return { promise, resolve };
}
