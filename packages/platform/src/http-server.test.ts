import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closeHttpServer } from './http-server.js';

async function start(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const server: Server = createServer(handler);
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const call = async (): Promise<number | undefined> => {
    const request = get({ port, host: '127.0.0.1', agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  };
  return { server, call };
}

describe('closeHttpServer', () => {
  it('lets a call under way have its answer, and does not wait for its kept-alive connection', async () => {
    const { server, call } = await start((_, response) => void setTimeout(() => response.end('done'), 200));
    const answer = call();
    await once(server, 'request');
    const startedAt = Date.now();
    await closeHttpServer(server, 10_000);
    expect(await answer).toBe(200);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it('cuts off at the deadline who never gets an answer', async () => {
    const { server, call } = await start(() => undefined);
    const lost = expect(call()).rejects.toThrow();
    await once(server, 'request');
    await closeHttpServer(server, 100);
    await lost;
  });
});
