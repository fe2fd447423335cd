import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { webhookUrlFault } from '@box-office/contract';
import { addressFault } from './address-rules.js';
import { createCheckedLookup, createResolveName, type ResolveName } from './checked-lookup.js';

/** From the look-up of the name to the end of the answer. */
const TIMEOUT_MS = 15_000;
/** An answer is read up to here and not used; its status says all. */
const MAX_ANSWER_BYTES = 64 * 1_024;
const MAX_ERROR_CHARS = 200;

/** How an endpoint answered. */
interface Sent {
  /** Null: there was no answer. */
  readonly statusCode: number | null;
  readonly latencyMs: number;
  /** Null: it was accepted, with a status from 200 to 299. */
  readonly error: string | null;
}

export type Send = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<Sent>;

interface SenderOptions {
  readonly allowLoopback: boolean;
  readonly resolve?: ResolveName;
  readonly timeoutMs?: number;
}

/**
 * Sends one request to an endpoint, over a connection of its own whose address is checked now. Redirects are not
 * followed: they would lead to an address that is not registered. Never rejects.
 */
export function createSender(o: SenderOptions): Send {
  const { allowLoopback, resolve = createResolveName({ allowLoopback }), timeoutMs = TIMEOUT_MS } = o;
  const lookup = createCheckedLookup(resolve, allowLoopback);
  return (text, headers, body) => {
    const startedMs = performance.now();
    const sent = (statusCode: number | null, error: string | null): Sent => ({
      statusCode,
      latencyMs: Math.round(performance.now() - startedMs),
      error: error?.slice(0, MAX_ERROR_CHARS) ?? null,
    });
    const fault = faultOf(text, allowLoopback);
    if (fault !== null) return Promise.resolve(sent(null, fault));
    const url = new URL(text);
    return new Promise((done) => {
      let statusCode: number | null = null;
      const end = (error: string): void => {
        clearTimeout(timer);
        request.destroy();
        done(sent(statusCode, statusCode === null ? error : faultOfStatus(statusCode)));
      };
      const timer = setTimeout(() => end(`no answer within ${timeoutMs} ms`), timeoutMs);
      const open = url.protocol === 'https:' ? requestHttps : requestHttp;
      const options = { method: 'POST', headers, lookup, agent: false } as const;
      const request = open(url, options, (response) => {
        let bytes = 0;
        statusCode = response.statusCode ?? null;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) end('the answer is too long');
        });
        response.on('end', () => end('no status')).on('error', () => end('no status'));
      });
      request.on('error', (error) => end(error.message));
      request.end(body);
    });
  };
}

/** Why nothing is sent to this address; null if it may be. Names are checked when they are looked up. */
function faultOf(text: string, allowLoopback: boolean): string | null {
  const fault = webhookUrlFault(text, allowLoopback);
  if (fault !== null) return fault;
  const host = new URL(text).hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? null : addressFault(host, allowLoopback);
}

function faultOfStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`;
}
