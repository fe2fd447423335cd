import { createApiClient, type ApiClient } from '@box-office/api-client';
import type { TokenIssuer } from '@box-office/web';

/** Longer than a gateway waits for the outcome of a purchase. */
const CALL_TIMEOUT_MS = 20_000;
const SHOP_SUBJECT = 'shop';

/** The gateway's API: for everybody, for one buyer, and for the shop itself. */
export interface Gateway {
  readonly anybody: ApiClient;
  /** @param address as a proxy would forward it, for the gateway's limits per address; so in the others */
  forVisitor(address: string | undefined): ApiClient;
  forBuyer(subject: string, address: string | undefined): Promise<ApiClient>;
  /** For guest links alone. */
  forShop(address: string | undefined): Promise<ApiClient>;
}

export function createGateway(o: { url: string; tokens: TokenIssuer }): Gateway {
  const common = { url: o.url, timeoutMs: CALL_TIMEOUT_MS };
  const from = (address: string | undefined) => ({
    headers: address === undefined ? {} : { 'x-forwarded-for': address },
  });
  async function as(role: 'buyer' | 'shop', subject: string, address: string | undefined): Promise<ApiClient> {
    const token = await o.tokens.tokenOf(subject, { role });
    return createApiClient({ ...common, token, ...from(address) });
  }
  return {
    anybody: createApiClient(common),
    forVisitor: (address) => createApiClient({ ...common, ...from(address) }),
    forBuyer: (subject, address) => as('buyer', subject, address),
    forShop: (address) => as('shop', SHOP_SUBJECT, address),
  };
}
