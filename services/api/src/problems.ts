/** What an answer other than success can be. The key is the last part of the problem's `type`; it never changes. */
export const PROBLEMS = {
  'missing-idempotency-key': [
    400,
    'Idempotency key missing',
    'Send an Idempotency-Key header: any text of your own that is new for each purchase and the same when you repeat it.',
  ],
  'invalid-idempotency-key': [
    400,
    'Idempotency key not usable',
    'An Idempotency-Key has 1 to 255 visible ASCII characters and no comma, and is sent once.',
  ],
  unauthenticated: [401, 'Not signed in', 'Send a valid bearer token in the Authorization header.'],
  'payment-declined': [
    402,
    'Payment declined',
    'The payment was declined. Nothing was charged and no ticket was sold. Another attempt needs a new idempotency key.',
  ],
  'payment-not-captured': [
    402,
    'Payment not completed',
    'The payment was authorised but could not be captured. No money was kept and no ticket was sold.',
  ],
  forbidden: [403, 'Not allowed', 'This token does not permit that.'],
  'not-found': [404, 'Not found', 'Nothing is at this address.'],
  'unknown-event': [404, 'Unknown event', 'There is no event with this id.'],
  'unknown-purchase': [
    404,
    'Unknown purchase',
    'There is no purchase with this id among those that this token may see.',
  ],
  'unknown-hold': [404, 'Unknown hold', 'There is no hold with this id among those that this token may use.'],
  'unknown-cancellation': [
    404,
    'Unknown cancellation',
    'There is no such cancellation among those that this token may see.',
  ],
  'unknown-transaction': [
    404,
    'Unknown transaction',
    'There is no transaction with this id among those that this token may see.',
  ],
  'unknown-sweep': [404, 'Unknown comparison', 'There is no comparison of the stores with this id.'],
  'unknown-rebuild': [404, 'Unknown rebuild', 'No such rebuild was ever asked for.'],
  'method-not-allowed': [405, 'Method not allowed', 'This address exists, but not for this method.'],
  'purchase-in-flight': [
    409,
    'Purchase in flight',
    'Another request with this idempotency key is being decided, and was waited for in vain. Repeat it after the time in Retry-After.',
  ],
  'sold-out': [409, 'Sold out', 'No ticket of this type is left.'],
  'not-enough-left': [
    409,
    'Not enough tickets left',
    'Fewer tickets of this type are left than were asked for; `available` says how many.',
  ],
  'not-on-sale': [
    409,
    'Not on sale',
    'Tickets for this event are not sold at this time; `detail` says why, and from when or until when they are or were.',
  ],
  'over-buyer-limit': [
    409,
    'Over the limit per buyer',
    'With this purchase the buyer would have more tickets for the event than one buyer may have.',
  ],
  'hold-in-use': [
    409,
    'Hold in use',
    'Another purchase is buying the tickets of the hold; `purchaseId` names it. Nothing was charged. If it ends without tickets, they ' +
      'are kept for the buyer until the hold lapses: repeat the request, with the same idempotency key if you like.',
  ],
  'hold-used': [
    409,
    'Hold used',
    'A purchase has bought the tickets of the hold; `purchaseId` names it. Nothing was charged for this request.',
  ],
  'price-changed': [
    409,
    'Price changed',
    'The tickets cost `amountMinor` now. Nothing was charged and nothing was bought. To buy at this price, send it as ' +
      '`expectedAmountMinor` with a new idempotency key.',
  ],
  'purchase-cancelled': [
    409,
    'Purchase cancelled',
    'The purchase was cancelled before it was complete. No money was kept.',
  ],
  'purchase-undone': [409, 'Purchase undone', 'The purchase was undone by an operator. No money was kept.'],
  'cancellation-too-late': [
    409,
    'Too late to cancel',
    'Tickets for this event could be cancelled until the time in `until`. Ask the organiser.',
  ],
  'nothing-to-cancel': [
    409,
    'Nothing to cancel',
    'No ticket of this purchase is left that is valid and not being cancelled already.',
  ],
  'purchase-open': [
    409,
    'Purchase under way',
    'The purchase has no tickets yet that could be cancelled one by one. Cancel all of it, or repeat this later.',
  ],
  'nothing-to-resolve': [
    409,
    'Nothing to resolve',
    'No step of this purchase, or of a cancellation of it, is marked as stuck. One that is still being tried can only be retried.',
  ],
  'resolution-refused': [409, 'Decision refused', 'This cannot be decided about the step; `detail` says why.'],
  'event-change-refused': [409, 'Change refused', 'The event cannot be changed so; `detail` says why.'],
  'event-changed-meanwhile': [
    412,
    'Event changed meanwhile',
    'The event is not the one that If-Match names: somebody has changed it since. Nothing was changed; look at it again.',
  ],
  'payload-too-large': [413, 'Request too large', 'The body is larger than this address accepts.'],
  'unsupported-media-type': [
    415,
    'Unsupported media type',
    'Send JSON in UTF-8, not compressed, with Content-Type: application/json.',
  ],
  'invalid-request': [422, 'Invalid request', 'The request is not what this address takes; `errors` names each fault.'],
  'idempotency-key-reused': [
    422,
    'Idempotency key used for another request',
    'This key belongs to a request with another content. Use a new key for a new purchase.',
  ],
  'unknown-ticket': [
    422,
    'Not tickets of this purchase',
    'Some of the tickets named do not belong to the purchase; `tickets` says which.',
  ],
  'payment-required': [
    422,
    'Payment missing',
    'These tickets cost `amountMinor`, and the request names no `payment`. Nothing was charged and no ticket is held. Send it with a payment and a new idempotency key.',
  ],
  'unknown-ticket-type': [422, 'Unknown ticket type', 'The event has no ticket type with this name.'],
  'rate-limited': [
    429,
    'Too many requests',
    'Nothing was charged. Repeat the request with the same idempotency key after the time in Retry-After.',
  ],
  'internal-error': [
    500,
    'Something went wrong',
    'The server met a fault of its own, which is on record. Repeating the request may help; if not, tell its X-Request-Id.',
  ],
  unavailable: [
    503,
    'Not available at the moment',
    'A server that is needed is away or too busy. Repeat the request after the time in Retry-After.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, meaning: string]>;

export type ProblemType = keyof typeof PROBLEMS;

/** The problem's `type`: a reference to the page that explains it, which the gateway serves itself. */
export const problemUri = (type: ProblemType): string => `/problems/${type}`;

/** What varies from one occurrence to the next. Members other than `detail` are extensions of RFC 9457. */
export interface ProblemMembers {
  readonly detail?: string;
  readonly [extension: string]: unknown;
}

/** A problem as a value, to be returned by what refuses and answered by what speaks HTTP. */
export interface Problem {
  readonly type: ProblemType;
  readonly members: ProblemMembers;
  readonly headers?: Readonly<Record<string, string>>;
}

/** States a problem. `headers` are added to the answer's. */
export function problem(
  type: ProblemType,
  members: ProblemMembers = {},
  headers?: Readonly<Record<string, string>>,
): Problem {
  return headers === undefined ? { type, members } : { type, members, headers };
}

/** The caller asks for more than one caller may. It may ask again after `retryAfterS` seconds. */
export const rateLimited = (detail: string, retryAfterS: number): Problem =>
  problem(
    'rate-limited',
    { detail: `${detail} Nothing was charged. Repeat the request after the time in Retry-After.` },
    { 'Retry-After': String(retryAfterS) },
  );

/** A server is away or busy: the request may be repeated after `retryAfterS` seconds. */
export const unavailable = (detail: string, retryAfterS = 1): Problem =>
  problem('unavailable', { detail }, { 'Retry-After': String(retryAfterS) });
