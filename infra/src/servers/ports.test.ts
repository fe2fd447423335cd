import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { blockOf, createPorts, freePort, isPortFree } from './ports.js';

const allFree = (): Promise<boolean> => Promise.resolve(true);

describe('ports', () => {
  it('are the same at the next start', async () => {
    const first = createPorts({ firstPort: 20_000, remembered: {}, isFree: allFree });
    const given = [await first.take('redis'), await first.take('postgres')];
    const second = createPorts({ firstPort: 20_000, remembered: first.remembered(), isFree: allFree });
    expect([await second.take('redis'), await second.take('postgres')]).toEqual(given);
  });

  it('give way to a process that listens on a remembered one, without taking the port of another name', async () => {
    const busy = (port: number): Promise<boolean> => Promise.resolve(port !== 20_000);
    const ports = createPorts({ firstPort: 20_000, remembered: { redis: 20_000, postgres: 20_001 }, isFree: busy });
    expect(await ports.take('redis')).toBe(20_002);
    expect(await ports.take('postgres')).toBe(20_001);
  });

  it('never are those of well-known servers', async () => {
    const ports = createPorts({ firstPort: 26_379, remembered: {}, isFree: allFree });
    expect(await ports.take('redis')).toBe(26_380);
  });

  it('end in a clear failure when none is free', async () => {
    const ports = createPorts({ firstPort: 20_000, remembered: {}, isFree: () => Promise.resolve(false) });
    await expect(ports.take('redis')).rejects.toThrow('no free port');
  });

  it('begin at a block that follows from the directory', () => {
    expect(blockOf('/a/.local/main')).toBe(blockOf('/a/.local/main'));
    expect(blockOf('/a/.local/main')).not.toBe(blockOf('/a/.local/test'));
    expect(blockOf('/a') % 16).toBe(0);
  });

  it('are known to be taken while something listens', async () => {
    const port = await freePort();
    expect(await isPortFree(port)).toBe(true);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await isPortFree(port)).toBe(false);
    server.close();
  });

  it('are drawn once only, and by no process with the next id: a service that is restarted finds its port free', async () => {
    const drawn: number[] = [];
    for (let i = 0; i < 100; i++) drawn.push(await freePort());
    expect(new Set(drawn).size).toBe(100);
    expect(new Set(drawn.map((port) => (port - 11_000) % 16))).toEqual(new Set([process.pid % 16]));
  });
});
