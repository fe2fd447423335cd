import { z } from '@hono/zod-openapi';
import type { GatewayContext } from '../http/context.js';
import type { Read } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';

/** A comma joins the values of a header that was sent twice, so no key may have one. */
export const IDEMPOTENCY_KEY = /^[\x21-\x2b\x2d-\x7e](?:[\x20-\x2b\x2d-\x7e]{0,253}[\x21-\x2b\x2d-\x7e])?$/;

const keyOf = (description: string) =>
  z.string().min(1).max(255).openapi({ description, example: '0d9f6f0c-5f2e-4c39-8f0e-9a6f3f6b7a11' });

/** The header of a request that needs a key, as the API describes it. */
export const keyHeader = (description: string) => z.object({ 'Idempotency-Key': keyOf(description) });

/** The same where the request may do without. */
export const optionalKeyHeader = (description: string) =>
  z.object({ 'Idempotency-Key': keyOf(description).optional() });

/** Header of the answer to a repeated request. */
export const REPLAYED = { 'Idempotent-Replayed': 'true' };

/** The request's Idempotency-Key. Problems: 400. */
export function readIdempotencyKey(c: GatewayContext): Read<string> {
  const value = c.req.header('idempotency-key') ?? '';
  if (value === '') return { ok: false, problem: problem('missing-idempotency-key') };
  if (!IDEMPOTENCY_KEY.test(value)) return { ok: false, problem: problem('invalid-idempotency-key') };
  return { ok: true, value };
}

/** The same where the request may do without; undefined then. */
export const readOptionalIdempotencyKey = (c: GatewayContext): Read<string> | undefined =>
  c.req.header('idempotency-key') === undefined ? undefined : readIdempotencyKey(c);
