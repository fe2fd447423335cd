import type { GivenAddresses } from '../config.js';
import type { RememberedPorts } from '../servers/ports.js';

/**
 * The given addresses without those of this stack's own servers. A shell has these after it has read `stack.env`, and they
 * are down until a start brings them up.
 */
export function withoutOwnAddresses(given: GivenAddresses, ports: RememberedPorts): GivenAddresses {
  const own = new Set(Object.values(ports).map((port) => `127.0.0.1:${port}`));
  return Object.fromEntries(Object.entries<string>({ ...given }).filter(([, address]) => !own.has(hostOf(address))));
}

/** Temporal's address is `host:port` already. */
const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address);
