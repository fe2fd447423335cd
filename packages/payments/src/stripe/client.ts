import Stripe from 'stripe';
import { createHttpCaller } from '../http-call.js';

/** The version of Stripe's API that this code was written for. With another version of the package it does not compile. */
export const STRIPE_API_VERSION = '2026-10-28.endive' satisfies typeof Stripe.API_VERSION;

export interface StripeClient {
  readonly stripe: Stripe;
  /** Closes the connections; calls under way fail. */
  readonly close: () => void;
}

/**
 * Stripe's client over a bounded number of kept-alive connections, with one deadline for each call. It repeats nothing:
 * the steps do, with their keys.
 */
export function createStripeClient(o: {
  readonly url: URL;
  readonly secretKey: string;
  readonly timeoutMs: number;
  readonly maxConnections: number;
}): StripeClient {
  const caller = createHttpCaller({ ...o, origin: o.url });
  const httpClient: Stripe.HttpClient = {
    getClientName: () => 'box-office',
    async makeRequest(_host, _port, path, method, headers, body) {
      const answer = await caller.send({ method, path, headers: sendable(headers), body });
      return {
        getStatusCode: () => answer.status,
        getHeaders: () => answer.headers as ReturnType<Stripe.HttpClientResponse['getHeaders']>,
        getRawResponse: () => ({ headers: answer.headers }),
        toStream: () => {
          throw new Error('no call of this adapter streams');
        },
        toJSON: async () => JSON.parse(answer.body) as unknown,
      };
    },
  };
  const stripe = new Stripe(o.secretKey, {
    apiVersion: STRIPE_API_VERSION,
    httpClient,
    maxNetworkRetries: 0,
    telemetry: false,
  });
  return { stripe, close: caller.close };
}

function sendable(headers: Parameters<Stripe.HttpClient['makeRequest']>[4]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
