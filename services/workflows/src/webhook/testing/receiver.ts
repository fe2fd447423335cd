import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request of a delivery. */
export interface Received {
  /** The header `webhook-id`. */
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** How many requests with this id came before. */
  readonly before: number;
}

/** An integrator's endpoint on this machine. */
export interface Receiver {
  readonly url: string;
  /** In the order of their arrival. */
  readonly received: readonly Received[];
  /** Ids that were answered with 200. */
  readonly accepted: ReadonlySet<string>;
  close(): Promise<void>;
}

/**
 * @param respond answers a request, or closes its connection
 * @param port 0 for any free one
 */
export async function openReceiver(
  respond: (request: Received, response: ServerResponse) => void = (_, response) => void response.end(),
  port = 0,
): Promise<Receiver> {
  const received: Received[] = [];
  const accepted = new Set<string>();
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const before = counts.get(id) ?? 0;
      counts.set(id, before + 1);
      const one = { id, headers: request.headers, body, before };
      received.push(one);
      response.on('finish', () => response.statusCode === 200 && accepted.add(id));
      respond(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    accepted,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
