import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openHttpConnection } from './http-connection.js';

const REQUEST = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n';
const open: { close(): void }[] = [];

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

function connectTo(port: number, timeoutMs = 2_000) {
  const connection = openHttpConnection({ host: '127.0.0.1', port, timeoutMs });
  open.unshift(connection);
  return connection;
}

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

describe('openHttpConnection', () => {
  it('reads bodies with a length and chunked bodies over one connection', async () => {
    const sockets = new Set<unknown>();
    let turn = 0;
    const port = await serve((request, response) => {
      sockets.add(request.socket);
      if (turn++ % 2 === 0) response.writeHead(201).end(JSON.stringify({ turn }));
      else {
        response.writeHead(409);
        response.write('{"left":');
        setTimeout(() => response.end('0}'), 5);
      }
    });
    const connection = connectTo(port);
    expect(await connection.send(REQUEST)).toEqual({ status: 201, body: '{"turn":1}' });
    expect(await connection.send(REQUEST)).toEqual({ status: 409, body: '{"left":0}' });
    expect(await connection.send(REQUEST)).toMatchObject({ status: 201 });
    expect(sockets.size).toBe(1);
  });

  it('reconnects after the server closed the connection', async () => {
    const port = await serve((_request, response) => response.writeHead(200, { connection: 'close' }).end('{}'));
    const connection = connectTo(port);
    expect((await connection.send(REQUEST)).status).toBe(200);
    expect((await connection.send(REQUEST)).status).toBe(200);
  });

  it('fails at the timeout, and when the port is closed', async () => {
    const silent = await serve(() => undefined);
    await expect(connectTo(silent, 50).send(REQUEST)).rejects.toThrow('no answer within 50 ms');
    await expect(connectTo(1).send(REQUEST)).rejects.toThrow();
  });
});
