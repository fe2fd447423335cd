import { createApiClient, type ApiClient } from '@box-office/api-client';
import type { TokenIssuer } from '@box-office/web';

/** Longer than a gateway waits for the outcome of a purchase. */
const CALL_TIMEOUT_MS = 20_000;
const SHOP_SUBJECT = 'shop';

/** The gateway's API: for everybody, for one buyer, and for the shop itself. */
export interface Gateway {
  readonly anybody: ApiClient;
  /** @param address as a proxy would forward it, for the gateway's limits per address */
  forBuyer(subject: string, address: string | undefined): Promise<ApiClient>;
  /** For guest links alone. */
  forShop(address: string | undefined): Promise<ApiClient>;
}

export function createGateway(o: { url: string; tokens: TokenIssuer }): Gateway {
  const common = { url: o.url, timeoutMs: CALL_TIMEOUT_MS };
  async function as(role: 'buyer' | 'shop', subject: string, address: string | undefined): Promise<ApiClient> {
    const token = await o.tokens.tokenOf(subject, { role });
    return createApiClient({ ...common, token, headers: address === undefined ? {} : { 'x-forwarded-for': address } });
  }
  return {
    anybody: createApiClient(common),
    forBuyer: (subject, address) => as('buyer', subject, address),
    forShop: (address) => as('shop', SHOP_SUBJECT, address),
  };
}
