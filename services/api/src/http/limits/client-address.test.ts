import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { GatewayEnv } from '../context.js';
import { createClientAddress, isNetwork, networkOf } from './client-address.js';

/** What the gateway takes for the client's address. */
async function addressOf(trusted: string[], socket: string, forwarded?: string): Promise<string> {
  const clientAddress = createClientAddress(trusted);
  const app = new Hono<GatewayEnv>().get('/', (c) => c.text(clientAddress(c) ?? 'none'));
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded };
  const response = await app.request('/', { headers }, { incoming: { socket: { remoteAddress: socket } } });
  return response.text();
}

const PROXIES = ['10.0.0.0/8', '2001:db8:ffff::/48'];

describe('a client’s address', () => {
  it('is that of the socket, whatever a client writes into X-Forwarded-For', async () => {
    expect(await addressOf([], '198.51.100.7', '192.0.2.1')).toBe('198.51.100.7');
    expect(await addressOf(PROXIES, '198.51.100.7', '192.0.2.1')).toBe('198.51.100.7');
  });

  it('is the nearest one behind trusted proxies that is none of them', async () => {
    expect(await addressOf(PROXIES, '10.1.1.1', '192.0.2.1')).toBe('192.0.2.1');
    expect(await addressOf(PROXIES, '10.1.1.1', '203.0.113.5, 192.0.2.1, 10.2.2.2')).toBe('192.0.2.1');
    expect(await addressOf(PROXIES, '::ffff:10.1.1.1', '192.0.2.1:5123')).toBe('192.0.2.1');
    expect(await addressOf(PROXIES, '2001:db8:ffff::9', '[2001:db8::1]:443')).toBe('2001:db8::1');
  });

  it('is the last one that is believed where the header ends, is empty or is no address', async () => {
    expect(await addressOf(PROXIES, '10.1.1.1')).toBe('10.1.1.1');
    expect(await addressOf(PROXIES, '10.1.1.1', '')).toBe('10.1.1.1');
    expect(await addressOf(PROXIES, '10.1.1.1', '192.0.2.1, unknown, 10.3.3.3')).toBe('10.3.3.3');
    expect(await addressOf(PROXIES, '10.1.1.1', '10.9.9.9, 10.3.3.3')).toBe('10.9.9.9');
  });

  it('counts for its /64 network if it is IPv6', () => {
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1');
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0');
    expect(networkOf('2001:0db8:0000:0000:1:2:3:4')).toBe('2001:db8:0:0');
    expect(networkOf('::1')).toBe('0:0:0:0');
    expect(networkOf('fe80::')).toBe('fe80:0:0:0');
  });

  it('is compared with networks that are written as such', () => {
    for (const good of ['10.0.0.0/8', '192.0.2.1', '::1', '2001:db8::/32']) expect(isNetwork(good)).toBe(true);
    for (const bad of ['10.0.0.0/33', 'proxy.example', '10.0.0/8', '2001:db8::/129', '']) {
      expect(isNetwork(bad)).toBe(false);
    }
  });
});
