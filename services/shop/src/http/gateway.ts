import { createApiClient, type ApiClient } from '@box-office/api-client';
import type { TokenIssuer } from '@box-office/web';

/** Longer than a gateway waits for the outcome of a purchase. */
const CALL_TIMEOUT_MS = 20_000;

/** The gateway's API: for everybody, and for one buyer. */
export interface Gateway {
  readonly anybody: ApiClient;
  /** @param address as a proxy would forward it, for the gateway's limits per address */
  forBuyer(subject: string, address: string | undefined): Promise<ApiClient>;
}

export function createGateway(o: { url: string; tokens: TokenIssuer }): Gateway {
  const common = { url: o.url, timeoutMs: CALL_TIMEOUT_MS };
  return {
    anybody: createApiClient(common),
    async forBuyer(subject, address) {
      const token = await o.tokens.tokenOf(subject, { role: 'buyer' });
      return createApiClient({
        ...common,
        token,
        headers: address === undefined ? {} : { 'x-forwarded-for': address },
      });
    },
  };
}
