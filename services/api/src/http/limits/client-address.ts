import { BlockList, isIP } from 'node:net';
import type { GatewayContext } from '../context.js';

const CIDR = /^(.+)\/(\d{1,3})$/;
const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** Groups of an IPv6 address that name a network: one customer has at least a /64 to choose addresses from. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;

/** The client address of a request; undefined if it came over no socket. */
export type ClientAddress = (c: GatewayContext) => string | undefined;

/** Whether it is a network in CIDR notation, or a single address. */
export function isNetwork(text: string): boolean {
  const [, address = text, bits] = CIDR.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && (bits === undefined || Number(bits) <= (version === 4 ? 32 : 128));
}

/**
 * The address of a request's client. `X-Forwarded-For` is trusted from trusted proxies alone: it is read from its end,
 * where the nearest proxy writes, up to the first address that is no trusted proxy.
 *
 * @param trustedProxies networks in CIDR notation, or single addresses
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList();
  for (const network of trustedProxies) {
    const [, address = network, bits] = CIDR.exec(network) ?? [];
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    trusted.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  const isTrusted = (address: string): boolean => trusted.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

  return (c) => {
    const { incoming } = (c.env ?? {}) as Partial<GatewayContext['env']>;
    const direct = incoming?.socket.remoteAddress;
    if (direct === undefined) return undefined;
    let client = plain(direct);
    if (trustedProxies.length === 0) return client;
    const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',');
    while (isTrusted(client)) {
      const next = plain(forwarded.pop() ?? '');
      if (isIP(next) === 0) break;
      client = next;
    }
    return client;
  };
}

/** Without port, brackets and zone, and an IPv4 address as such. */
function plain(written: string): string {
  const text = written.trim();
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1];
  const bare = bracketed ?? (/^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text);
  const address = bare.replace(/%.*$/, '');
  return IPV4_IN_IPV6.exec(address)?.[1] ?? address;
}

/** What is counted as one client: an IPv4 address, or the /64 network of an IPv6 address. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const omitted = tail === undefined ? 0 : Math.max(0, GROUPS - left.length - right.length);
  const groups = [...left, ...Array.from({ length: omitted }, () => '0'), ...right];
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
