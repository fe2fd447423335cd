import { signToken } from '@box-office/infra';
import { bodyOf, type HttpAnswer } from './answers.js';

/** One request; the role is `buyer` by default. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly as: string;
  readonly role?: 'buyer' | 'operator';
  readonly key?: string;
  readonly body?: unknown;
}

/** The gateways over HTTP, without the typed client: the checker judges what was really answered, also what breaks the API. */
export interface Gateways {
  readonly count: number;
  urlOf(gateway: number): string;
  /** @throws whatever `fetch` throws, and a TimeoutError after `timeoutMs` */
  send(request: HttpRequest, gateway: number, timeoutMs: number): Promise<HttpAnswer>;
}

/** Signs one token for each subject and role. */
export function openGateways(o: { readonly urls: readonly string[]; readonly jwtSecret: string }): Gateways {
  const tokens = new Map<string, Promise<string>>();
  const urlOf = (gateway: number): string => o.urls[gateway % o.urls.length] ?? '';

  function tokenOf(subject: string, role: 'buyer' | 'operator'): Promise<string> {
    const known = tokens.get(`${role} ${subject}`);
    if (known) return known;
    const token = signToken(o.jwtSecret, { subject, role });
    tokens.set(`${role} ${subject}`, token);
    return token;
  }

  return {
    count: o.urls.length,
    urlOf,
    async send({ method, path, as, role = 'buyer', key, body }, gateway, timeoutMs) {
      const response = await fetch(urlOf(gateway) + path, {
        method,
        headers: {
          authorization: `Bearer ${await tokenOf(as, role)}`,
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, body: bodyOf(await response.text()) };
    },
  };
}
