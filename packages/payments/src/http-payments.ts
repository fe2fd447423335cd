import type { z } from 'zod';
import { createHttpCaller } from './http-call.js';
import type { HttpAnswer, HttpCall } from './http-call.js';
import { MAX_STATEMENT_ENTRIES, PaymentRequestError, PaymentUnknownError } from './port.js';
import type { PaymentPort } from './port.js';
import {
  authoriseAnswer,
  statementAnswer,
  captureAnswer,
  errorAnswer,
  IDEMPOTENCY_HEADER,
  lookUpAnswer,
  refundAnswer,
  reverseAnswer,
  voidAnswer,
} from './wire.js';
import type { ErrorCode } from './wire.js';

const TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 512;
/** A page of the statement; a purchase has one authorisation of some 300 bytes, and rarely another. */
const MAX_STATEMENT_BYTES = 1_048_576;

export interface HttpPayments extends PaymentPort {
  /** Lets go of the connections; calls under way fail as unknown. */
  close(): void;
}

/**
 * The payment port over HTTP (see wire.ts).
 *
 * Only a 200 with the expected body is an answer. A 4xx with the provider's own error body is `PaymentRequestError`.
 * Everything else, from a refused connection to a proxy's error page, is `PaymentUnknownError`.
 *
 * @param o.url http or https address of the provider
 * @param o.timeoutMs longest one call may take, queueing for a connection included
 * @param o.maxConnections most calls on the wire at once; a provider that takes 400 ms needs 400 for 1,000 calls/s
 */
export function createHttpPayments(o: { url: string; timeoutMs?: number; maxConnections?: number }): HttpPayments {
  const caller = createHttpCaller({
    origin: new URL(o.url),
    timeoutMs: o.timeoutMs ?? TIMEOUT_MS,
    maxConnections: o.maxConnections ?? MAX_CONNECTIONS,
  });

  async function post<S extends z.ZodType>(
    answerSchema: S,
    path: string,
    key: string,
    body: unknown,
    signal: AbortSignal | undefined,
  ): Promise<z.output<S>> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      [IDEMPOTENCY_HEADER]: key,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    };
    const call: HttpCall = { method: 'POST', path, headers, body: text, signal };
    return understand(answerSchema, call, await caller.send(call));
  }

  const ofAuthorisation = (id: string, operation: string): string =>
    `/v1/authorisations/${encodeURIComponent(id)}/${operation}`;

  return {
    authorise: ({ key, amountMinor, currency, method, purchaseId }, signal) =>
      post(authoriseAnswer, '/v1/authorisations', key, { amountMinor, currency, method, purchaseId }, signal),
    reverse: ({ key, ...request }, signal) => post(reverseAnswer, '/v1/reversals', key, request, signal),
    capture: ({ key, authorisationId }, signal) =>
      post(captureAnswer, ofAuthorisation(authorisationId, 'capture'), key, undefined, signal),
    void: ({ key, authorisationId }, signal) =>
      post(voidAnswer, ofAuthorisation(authorisationId, 'void'), key, undefined, signal),
    refund: ({ key, authorisationId, amountMinor }, signal) =>
      post(refundAnswer, ofAuthorisation(authorisationId, 'refunds'), key, { amountMinor }, signal),
    lookUp: async ({ authoriseKey }, signal) => {
      const path = `/v1/authorisations?key=${encodeURIComponent(authoriseKey)}`;
      const call: HttpCall = { method: 'GET', path, headers: {}, signal };
      const answer = await caller.send(call);
      if (answer.status === 404 && errorOf(answer)?.code === 'no_such_key') return { kind: 'not_found' };
      return understand(lookUpAnswer, call, answer);
    },
    statement: async (request, signal) => {
      const query =
        'purchaseIds' in request
          ? `purchases=${request.purchaseIds.map(encodeURIComponent).join(',')}`
          : `after=${encodeURIComponent(request.after ?? '0')}&limit=${MAX_STATEMENT_ENTRIES}`;
      const path = `/v1/books?${query}`;
      const call: HttpCall = { method: 'GET', path, headers: {}, signal, maxAnswerBytes: MAX_STATEMENT_BYTES };
      return understand(statementAnswer, call, await caller.send(call));
    },
    close: caller.close,
  };
}

function understand<S extends z.ZodType>(schema: S, call: HttpCall, answer: HttpAnswer): z.output<S> {
  const what = `${call.method} ${call.path}: ${answer.status}`;
  if (answer.status === 200) {
    const parsed = schema.safeParse(jsonOf(answer.body));
    if (parsed.success) return parsed.data;
    throw new PaymentUnknownError(`${what} with a body that makes no sense`, { cause: parsed.error });
  }
  const error = errorOf(answer);
  if (error) throw new PaymentRequestError(`${what} ${error.code}: ${error.message}`, answer.status, error.code);
  throw new PaymentUnknownError(what);
}

function errorOf(answer: HttpAnswer): { code: ErrorCode; message: string } | undefined {
  if (answer.status < 400 || answer.status > 499) return undefined;
  return errorAnswer.safeParse(jsonOf(answer.body)).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
