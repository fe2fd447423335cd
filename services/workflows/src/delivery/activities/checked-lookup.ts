import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { addressFault } from './address-rules.js';

/** All addresses of a name. */
export type ResolveName = (name: string) => Promise<readonly LookupAddress[]>;

export const resolveWithDns: ResolveName = (name) => lookup(name, { all: true });

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
