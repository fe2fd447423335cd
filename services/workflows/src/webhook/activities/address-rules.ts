import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Azure's metadata and management address: the only one of a cloud that is in a public range. */
const METADATA = new Set(['168.63.129.16']);
/** All public IPv6 addresses are in it; it leaves out those that contain an IPv4 address (::/96). */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Why messages are not sent to an IP address; null if they may be. Only public unicast addresses are accepted: not
 * private, loopback, link-local, shared (carrier-grade NAT), reserved, multicast or metadata addresses, and none that
 * stands for an IPv4 address (mapped, NAT64, 6to4, Teredo), whatever that one is.
 *
 * @param allowLoopback for development
 */
export function addressFault(address: string, allowLoopback: boolean): string | null {
  if (isIP(address) === 0) return `${address} is no IP address`;
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range === 'loopback' && allowLoopback) return null;
  if (METADATA.has(parsed.toString())) return `${address} is refused (metadata)`;
  if (range !== 'unicast') return `${address} is refused (${range})`;
  const isPublic = parsed.kind() === 'ipv4' || parsed.match(PUBLIC_IPV6);
  return isPublic ? null : `${address} is refused (not public)`;
}
