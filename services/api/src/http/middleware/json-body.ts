import type { z } from 'zod';
import type { GatewayContext } from '../context.js';
import { problem, type Problem } from '../problems.js';

/** No valid body of this API is nearly as large. */
const MAX_BODY_BYTES = 64 * 1_024;
/**
 * A body that is too large is read and discarded up to this size before the answer. A client that is still writing when
 * its connection closes gets a reset in place of the answer (RFC 9112, section 9.6).
 */
const MAX_DISCARDED_BYTES = 8 * 1_024 * 1_024;
const MAX_ERRORS = 20;

/** What a body of JSON may be refused with. */
export const BODY_PROBLEMS = ['payload-too-large', 'unsupported-media-type', 'invalid-request'] as const;

export type Refused = { readonly ok: false; readonly problem: Problem };
export type Read<T> = { readonly ok: true; readonly value: T } | Refused;

/** Longer than the name of any type that is accepted: the time of the pattern grows with the square of the length. */
const MAX_TYPE_LENGTH = 128;
/** JSON in UTF-8. Merge patches are what a PATCH takes; other types based on JSON are refused. */
const JSON_TYPE = /^application\/(?:merge-patch\+)?json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;

/**
 * Reads a JSON body of at most MAX_BODY_BYTES and checks it against the endpoint's schema. Problems: 413, 415, and 422
 * with `errors: [{ path, message }]`, the path written as `items.0.quantity`.
 */
export async function readJsonBody<S extends z.ZodType>(c: GatewayContext, schema: S): Promise<Read<z.output<S>>> {
  const refusal = refuseMedia(c);
  return refusal ?? readBody(c, schema);
}

/** The same where the body may be left out: no body, whatever its Content-Type, is an empty object. */
export async function readOptionalJsonBody<S extends z.ZodType>(
  c: GatewayContext,
  schema: S,
): Promise<Read<z.output<S>>> {
  if (isWithoutBody(c)) return check(schema, {});
  const refusal = refuseMedia(c);
  return refusal ?? readBody(c, schema, '{}');
}

/** Null for uncompressed JSON. */
function refuseMedia(c: GatewayContext): Refused | null {
  const encoding = c.req.header('content-encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity') {
    const detail = `A body with Content-Encoding: ${encoding.slice(0, 32)} is not accepted. Send it uncompressed.`;
    return refuse(problem('unsupported-media-type', { detail }, { 'Accept-Encoding': 'identity' }));
  }
  const type = c.req.header('content-type') ?? '';
  const isJson = type.length <= MAX_TYPE_LENGTH && JSON_TYPE.test(type);
  return isJson ? null : refuse(problem('unsupported-media-type'));
}

/** Whether the headers already say that there is no body. */
function isWithoutBody(c: GatewayContext): boolean {
  const header = (name: string): string | undefined => c.req.header(name);
  if (header('transfer-encoding') !== undefined) return false;
  const length = header('content-length');
  return length === '0' || (length === undefined && header('content-type') === undefined);
}

/** @param empty the text that replaces an empty body */
async function readBody<S extends z.ZodType>(c: GatewayContext, schema: S, empty = ''): Promise<Read<z.output<S>>> {
  const body = await readTextBody(c, MAX_BODY_BYTES);
  if (!body.ok) return body;
  let json: unknown;
  try {
    json = JSON.parse(body.value || empty);
  } catch {
    return refuse(problem('invalid-request', { errors: [{ path: '', message: 'The body is not JSON.' }] }));
  }
  return check(schema, json);
}

/** Reads a body as it is, of at most so many bytes. */
export async function readTextBody(c: GatewayContext, maxBytes: number): Promise<Read<string>> {
  let text: string | null;
  try {
    text = await readText(c, maxBytes);
  } catch {
    // The client closed the connection in the middle of its request and will not read this answer.
    return refuse(problem('invalid-request', { errors: [{ path: '', message: 'The body ended early.' }] }));
  }
  if (text !== null) return { ok: true, value: text };
  // What remains of the body may be unread, so this connection cannot carry another request.
  const detail = `The body may have at most ${maxBytes} bytes.`;
  return refuse(problem('payload-too-large', { detail }, { Connection: 'close' }));
}

/** Checks the query string against the endpoint's schema; a parameter that is given twice counts once, by its first value. */
export function readQuery<S extends z.ZodType>(c: GatewayContext, schema: S): Read<z.output<S>> {
  return check(schema, c.req.query());
}

function check<S extends z.ZodType>(schema: S, value: unknown): Read<z.output<S>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const errors = parsed.error.issues
    .slice(0, MAX_ERRORS)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  return refuse(problem('invalid-request', { errors }));
}

const refuse = (refusal: Problem): Refused => ({ ok: false, problem: refusal });

/** The body as text, or null if it is too large: then up to MAX_DISCARDED_BYTES of it have been read. */
async function readText(c: GatewayContext, maxBytes: number): Promise<string | null> {
  const stated = c.req.header('content-length');
  // Node's parser holds a body to the length that its header states; only one of unstated length must be counted here.
  if (stated !== undefined && c.req.header('transfer-encoding') === undefined && Number(stated) <= maxBytes) {
    return c.req.raw.text();
  }
  const body: ReadableStream<Uint8Array> | null = c.req.raw.body;
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_DISCARDED_BYTES) break;
    if (bytes <= maxBytes) text += decoder.decode(chunk, { stream: true });
  }
  return bytes > maxBytes ? null : text + decoder.decode();
}
