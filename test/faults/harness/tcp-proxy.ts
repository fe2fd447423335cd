import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How a proxy treats its traffic.
 *
 * - `open`: passes everything
 * - `slow`: delays each chunk by `delayMs`, in both directions
 * - `silent`: accepts connections and passes nothing. The data arrives when the proxy opens again, unless it is cut.
 * - `cut`: resets connections and refuses new ones
 */
export type ProxyState =
  | { readonly kind: 'open' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'cut' };

/** A TCP proxy between a service and a server, for injecting network faults. */
export interface TcpProxy {
  /** The port to which the service connects, on 127.0.0.1. */
  readonly port: number;
  set(state: ProxyState): Promise<void>;
  /** Resets all connections. The state does not change. */
  reset(): void;
  close(): Promise<void>;
}

const LISTEN_ATTEMPTS = 50;
const LISTEN_PAUSE_MS = 100;

/** Opens a proxy to a server on this machine. */
export async function openTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let state: ProxyState = { kind: 'open' };
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

  /** Data that was read before a connection broke is still passed on, as in a network. */
  async function relay(from: Socket, to: Socket): Promise<void> {
    // The other direction continues when this one has ended.
    for await (const chunk of from.iterator({ destroyOnReturn: false })) {
      await delay();
      if (!to.write(chunk as Buffer)) await drained(to);
    }
    to.end();
  }

  async function delay(): Promise<void> {
    while (state.kind === 'silent') await changed.promise;
    if (state.kind === 'slow') await sleep(state.delayMs);
  }

  function reset(): void {
    for (const socket of sockets) {
      // Never reset a socket that has ended: libuv refuses to while the socket shuts down, and Node then leaks its
      // handle, which keeps the process alive.
      if (!socket.writableEnded) socket.resetAndDestroy();
      // A reset alone would first wait until the written data is sent.
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

/** Resolves when the socket accepts more data, or is closed. */
async function drained(socket: Socket): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const events = ['drain', 'close'].map((event) => once(socket, event, { signal }));
  await Promise.race(events).finally(() => over.abort());
  await Promise.allSettled(events);
}

/** Retries, because an outgoing connection may briefly use the port while the proxy is cut. */
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
