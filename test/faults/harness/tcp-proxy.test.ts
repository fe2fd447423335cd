import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.js';

let echo: Server;
let proxy: TcpProxy;
beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await openTcpProxy((echo.address() as { port: number }).port);
});
afterEach(async () => {
  await proxy.close();
  echo.close();
});

async function connected(): Promise<Socket> {
  const socket = createConnection({ port: proxy.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  return socket;
}

/** Sends a text and returns what comes back, or null after the timeout. */
async function echoed(socket: Socket, text: string, timeoutMs = 1_000): Promise<string | null> {
  socket.write(text);
  const received = once(socket, 'data', { signal: AbortSignal.timeout(timeoutMs) }).then(([data]) => String(data));
  return received.catch(() => null);
}

describe('a TCP proxy', () => {
  it('passes everything in both directions while it is open, however much', async () => {
    const socket = await connected();
    const much = Buffer.alloc(5_000_000, 'x');
    let received = 0;
    socket.on('data', (data: Buffer) => (received += data.length));
    socket.end(much);
    await once(socket, 'close');
    expect(received).toBe(much.length);
  });

  it('delays everything in both directions while it is slow', async () => {
    const socket = await connected();
    await proxy.set({ kind: 'slow', delayMs: 60 });
    const sentAt = Date.now();
    expect(await echoed(socket, 'a')).toBe('a');
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(110);
    socket.destroy();
  });

  it('delivers data that was sent while it was silent when it opens again', async () => {
    const socket = await connected();
    await proxy.set({ kind: 'silent' });
    expect(await echoed(socket, 'late', 100)).toBeNull();
    const received = once(socket, 'data');
    await proxy.set({ kind: 'open' });
    expect(String((await received)[0])).toBe('late');
    socket.destroy();
  });

  it('resets connections and refuses new ones while it is cut, and then accepts them on the same port', async () => {
    const socket = await connected();
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await proxy.set({ kind: 'cut' });
    await closed;
    await expect(connected()).rejects.toThrow('ECONNREFUSED');
    await proxy.set({ kind: 'open' });
    const again = await connected();
    expect(await echoed(again, 'b')).toBe('b');
    again.destroy();
  });
});
