import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLine, type TcpLine } from './tcp-line.js';

let echo: Server;
let line: TcpLine;
beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  line = await openLine((echo.address() as { port: number }).port);
});
afterEach(async () => {
  await line.close();
  echo.close();
});

async function connected(): Promise<Socket> {
  const socket = createConnection({ port: line.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  return socket;
}

async function said(socket: Socket, text: string, limitMs = 1_000): Promise<string | null> {
  socket.write(text);
  const heard = once(socket, 'data', { signal: AbortSignal.timeout(limitMs) }).then(([data]) => String(data));
  return heard.catch(() => null);
}

describe('a line', () => {
  it('passes everything both ways while it is open, however much', async () => {
    const socket = await connected();
    const much = Buffer.alloc(5_000_000, 'x');
    let received = 0;
    socket.on('data', (data: Buffer) => (received += data.length));
    socket.end(much);
    await once(socket, 'close');
    expect(received).toBe(much.length);
  });

  it('holds everything up while it is slow', async () => {
    const socket = await connected();
    await line.set({ kind: 'slow', delayMs: 60 });
    const askedAt = Date.now();
    expect(await said(socket, 'a')).toBe('a');
    expect(Date.now() - askedAt).toBeGreaterThanOrEqual(110);
    socket.destroy();
  });

  it('delivers late what was sent while it was silent', async () => {
    const socket = await connected();
    await line.set({ kind: 'silent' });
    expect(await said(socket, 'late', 100)).toBeNull();
    const heard = once(socket, 'data');
    await line.set({ kind: 'open' });
    expect(String((await heard)[0])).toBe('late');
    socket.destroy();
  });

  it('resets connections and refuses new ones while it is cut, and takes them again on the same port', async () => {
    const socket = await connected();
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await line.set({ kind: 'cut' });
    await closed;
    await expect(connected()).rejects.toThrow('ECONNREFUSED');
    await line.set({ kind: 'open' });
    const again = await connected();
    expect(await said(again, 'b')).toBe('b');
    again.destroy();
  });
});
