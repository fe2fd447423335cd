import type { Endpoint } from '../endpoint.js';

interface HeaderDescription {
  readonly description: string;
  readonly required?: boolean;
  readonly schema: { readonly type: 'string' | 'integer' };
}

const text = (description: string): HeaderDescription => ({ description, schema: { type: 'string' } });

const ON_ALL = {
  'X-Request-Id': text("Names this answer in the logs: the request's own X-Request-Id if it was valid."),
  RateLimit: text(
    'What is left of the limit in this window, and for how many seconds. Absent where there is no limit.',
  ),
  'RateLimit-Policy': text('The limit of requests in a window.'),
} as const;
const LOCATION = text('The address of the state.');
const RETRY_AFTER: HeaderDescription = {
  description: 'Seconds after which to ask again, or to repeat the request.',
  schema: { type: 'integer' },
};
const REPLAYED = text('`true` if this is the answer to an earlier request with the same key.');
const CHALLENGE = text('`Bearer`, with `error="invalid_token"` for a token that is not accepted.');

const KEYED_STATUSES: ReadonlySet<number> = new Set([201, 202, 402, 404, 409, 422]);
const RETRY_STATUSES: ReadonlySet<number> = new Set([202, 409, 429, 503]);

/** Answers 202 that lead to no state: what was asked for is sent, and nothing is to be asked again. */
const WITHOUT_STATE: ReadonlySet<Endpoint['path']> = new Set<Endpoint['path']>([
  '/api/purchases/{id}/mails',
  '/api/guest-links',
  '/api/operations/webhooks/{id}/replay',
  '/api/operations/webhooks/{id}/test',
]);

/** The headers of an endpoint's answer with this status. */
export function headersOf(
  { method, path, documentation }: Endpoint,
  status: number,
): Record<string, HeaderDescription> {
  const isKeyed = documentation.request?.headers !== undefined && method === 'post';
  const isAccepted = status === 202 && !WITHOUT_STATE.has(path);
  const isCreated = status === 201 && (isKeyed || path === '/api/operations/webhooks');
  return {
    ...ON_ALL,
    ...((isAccepted || isCreated) && { Location: LOCATION }),
    ...((status === 202 ? isAccepted : RETRY_STATUSES.has(status)) && { 'Retry-After': RETRY_AFTER }),
    ...(isKeyed && KEYED_STATUSES.has(status) && { 'Idempotent-Replayed': REPLAYED }),
    ...(status === 401 && { 'WWW-Authenticate': CHALLENGE }),
  };
}
