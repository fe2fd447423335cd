import { lookup, Resolver } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { addressFault } from './address-rules.js';

/** All addresses of a name. */
export type ResolveName = (name: string) => Promise<readonly LookupAddress[]>;

/** Of the first of two tries at each name server; the second one takes up to twice as long. */
const TRY = { timeout: 2_000, tries: 2 } as const;

interface ResolveOptions {
  readonly allowLoopback: boolean;
  /** For tests, in place of the name servers of this machine: `address:port`. */
  readonly servers?: readonly string[];
}

/**
 * Asks the name servers themselves. `dns.lookup` would occupy a thread of the process until they answer: a few names whose
 * server is dead would keep all other connections of the process waiting, those to the payment provider too.
 */
export function createResolveName({ allowLoopback, servers }: ResolveOptions): ResolveName {
  return async (name) => {
    if (allowLoopback && name === 'localhost') return lookup(name, { all: true });
    const resolver = new Resolver(TRY);
    if (servers) resolver.setServers(servers);
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    if (ipv4.status === 'rejected' && ipv6.status === 'rejected') throw ipv4.reason;
    return [...addressesOf(ipv4, 4), ...addressesOf(ipv6, 6)];
  };
}

const addressesOf = (answer: PromiseSettledResult<readonly string[]>, family: 4 | 6): LookupAddress[] =>
  answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];

/**
 * The look-up of a connection: the addresses that it hands out are those that it has checked, so a name that leads
 * elsewhere a moment later (DNS rebinding) changes nothing. If one address of the name is refused, all are.
 */
export function createCheckedLookup(resolve: ResolveName, allowLoopback: boolean): LookupFunction {
  return (name, options, callback) => {
    const check = async (): Promise<LookupAddress[]> => {
      const addresses = [...(await resolve(name))];
      const [first] = addresses;
      if (!first) throw new Error(`${name} has no address`);
      for (const { address } of addresses) {
        const fault = addressFault(address, allowLoopback);
        if (fault !== null) throw new Error(fault);
      }
      return addresses;
    };
    check().then(
      (addresses) => {
        if (options.all) callback(null, addresses);
        else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), []),
    );
  };
}
