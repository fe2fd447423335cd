import { openHttpConnection, type HttpAnswer, type HttpConnection } from './http-connection.js';

export interface HttpConnections {
  /** Sends a request over an idle or a new connection. Undefined if there is no answer. */
  send(request: string): Promise<HttpAnswer | undefined>;
  close(): void;
}

/** As many keep-alive connections as concurrent requests, distributed evenly over the servers. */
export function openConnections(urls: readonly string[], timeoutMs: number): HttpConnections {
  const idle: HttpConnection[] = [];
  const all: HttpConnection[] = [];
  const servers = urls.map((url) => new URL(url));

  function another(): HttpConnection {
    const server = servers[all.length % servers.length];
    if (!server) throw new Error('there is no server to send to');
    const opened = openHttpConnection({ host: server.hostname, port: Number(server.port), timeoutMs });
    all.push(opened);
    return opened;
  }

  return {
    async send(request) {
      const connection = idle.pop() ?? another();
      try {
        return await connection.send(request);
      } catch {
        return undefined;
      } finally {
        idle.push(connection);
      }
    },
    close: () => all.forEach((connection) => connection.close()),
  };
}
