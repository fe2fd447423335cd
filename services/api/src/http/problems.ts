/** The problems of the API. The key is the last part of the problem's `type`; it never changes. */
export const PROBLEMS = {
  'missing-idempotency-key': [
    400,
    'Idempotency key missing',
    'Nothing was charged. Send an Idempotency-Key header: a text that is new for each purchase and the same when you repeat it.',
  ],
  'invalid-idempotency-key': [
    400,
    'Idempotency key not usable',
    'Nothing was charged. Send one Idempotency-Key with 1 to 255 visible ASCII characters and no comma.',
  ],
  'invalid-signature': [
    400,
    'Signature not valid',
    'The webhook was not signed with the secret of this endpoint, or too long ago. Nothing was recorded.',
  ],
  unauthenticated: [401, 'Not signed in', 'Send a valid bearer token in the Authorization header.'],
  'payment-declined': [
    402,
    'Payment declined',
    'The payment was declined. Nothing was charged and no ticket was sold. To try again, send a new idempotency key.',
  ],
  'payment-not-captured': [
    402,
    'Payment not completed',
    'The payment was authorised but could not be captured. No money was kept and no ticket was sold. To try again, send a new ' +
      'idempotency key.',
  ],
  forbidden: [403, 'Not allowed', 'This token does not permit the request.'],
  'not-found': [404, 'Not found', 'There is nothing at this address.'],
  'unknown-event': [404, 'Unknown event', 'There is no event with this id.'],
  'unknown-purchase': [404, 'Unknown purchase', 'There is no purchase with this id that this token may see.'],
  'unknown-hold': [404, 'Unknown hold', 'There is no hold with this id that this token may use.'],
  'unknown-cancellation': [
    404,
    'Unknown cancellation',
    'There is no cancellation with this id that this token may see.',
  ],
  'unknown-transaction': [404, 'Unknown transaction', 'There is no transaction with this id that this token may see.'],
  'unknown-contact': [404, 'No contact', 'The subject of this token has given no name and no e-mail address.'],
  'unknown-guest-link': [404, 'No such link', 'The link does not exist, has expired, or was used.'],
  'unknown-transfer': [
    404,
    'No offer with this code',
    'No ticket is offered with this code: it was withdrawn, has expired, or somebody else has taken the ticket over.',
  ],
  'ticket-not-found': [404, 'Unknown ticket', 'There is no ticket with this id that this token may see.'],
  'unknown-check-in': [404, 'Unknown check-in', 'There is no check-in with this id that this token may see.'],
  'unknown-reconciliation-run': [404, 'Unknown reconciliation run', 'There is no reconciliation run with this id.'],
  'unknown-webhook': [404, 'Unknown endpoint', 'There is no webhook endpoint with this id.'],
  'unknown-rebuild': [404, 'Unknown rebuild', 'No such rebuild was ever requested.'],
  'method-not-allowed': [
    405,
    'Method not allowed',
    'This address does not accept the method; `Allow` names those that it does.',
  ],
  'purchase-in-flight': [
    409,
    'Purchase in flight',
    'Another request with this idempotency key is being decided and had no answer in time. The key buys once. Repeat the ' +
      'request with the same key after the time in Retry-After.',
  ],
  'hold-in-flight': [
    409,
    'Hold in flight',
    'Another request with this idempotency key is being decided and had no answer in time. The key holds tickets once. ' +
      'Repeat the request with the same key after the time in Retry-After.',
  ],
  'sold-out': [409, 'Sold out', 'No ticket of this type is left. Nothing was charged.'],
  'not-enough-left': [
    409,
    'Not enough tickets left',
    'Fewer tickets of this type are left than the request names; `available` says how many. Nothing was charged.',
  ],
  'not-on-sale': [
    409,
    'Not on sale',
    'Tickets for this event are not on sale at this time; `detail` says why. Nothing was charged.',
  ],
  'over-buyer-limit': [
    409,
    'Over the limit per buyer',
    'The buyer would have more tickets for the event than one buyer may have: `held` of at most `limit`. Nothing was charged.',
  ],
  'hold-in-use': [
    409,
    'Hold in use',
    'Another purchase is buying the tickets of the hold; `purchaseId` names it. Nothing was charged. If it ends without tickets, the ' +
      'hold keeps them until it lapses: repeat the request with the same idempotency key.',
  ],
  'hold-used': [
    409,
    'Hold used',
    'A purchase has bought the tickets of the hold; `purchaseId` names it. Nothing was charged for this request.',
  ],
  'price-changed': [
    409,
    'Price changed',
    'The tickets cost `amountMinor` now. Nothing was charged and no ticket was sold. To buy at this price, send ' +
      '`amountMinor` as `expectedAmountMinor` with a new idempotency key.',
  ],
  'refund-changed': [
    409,
    'Refund changed',
    'The cancellation would refund `amountMinor` now, and not what was expected. Nothing was cancelled. To cancel for ' +
      'this amount, send it as `expectedRefundMinor`.',
  ],
  'already-refunding': [
    409,
    'Refunded by Box Office',
    'This cancellation exists already and says otherwise: it refunds the money itself, or names another `returnedBy`. ' +
      'Nothing was changed. If its refund still waits for an operator, skip it (decision `skip`).',
  ],
  'purchase-cancelled': [
    409,
    'Purchase cancelled',
    'The purchase was cancelled before it was complete. No money was kept and no ticket was sold.',
  ],
  'purchase-undone': [
    409,
    'Purchase undone',
    'An operator has undone the purchase. No money was kept and no ticket was sold.',
  ],
  'cancellation-too-late': [
    409,
    'Too late to cancel',
    'Tickets for this event could be cancelled until the time in `until`. They stay valid and nothing is refunded. Ask the organiser.',
  ],
  'nothing-to-cancel': [
    409,
    'Nothing to cancel',
    'The purchase has no valid ticket that is not being cancelled already. Nothing more is refunded.',
  ],
  'ticket-admitted': [
    409,
    'Ticket used at the door',
    'Somebody was admitted with the tickets in `tickets`, so they cannot be cancelled any more. Nothing was cancelled. The others can be ' +
      'cancelled by naming them.',
  ],
  'ticket-transferred': [
    409,
    'Ticket taken over by somebody else',
    'Somebody else has taken over the tickets in `tickets`, so their buyer cannot cancel them any more. Nothing was cancelled. The ' +
      'others can be cancelled by naming them.',
  ],
  'ticket-not-transferable': [
    409,
    'Ticket cannot change hands',
    'The ticket was used at the door, or it or its event is cancelled or over; `detail` says which. Nothing was changed.',
  ],
  'nothing-to-undo': [409, 'Nothing to undo', 'This check-in did not admit its ticket. Nothing was changed.'],
  'purchase-open': [
    409,
    'Purchase open',
    'The purchase has no tickets yet that could be cancelled one by one. Cancel the whole purchase, or repeat the request later.',
  ],
  'nothing-to-resolve': [
    409,
    'Nothing to resolve',
    'No step of this purchase, or of a cancellation of it, is marked as stuck. A step that is still being tried can only be retried.',
  ],
  'resolution-refused': [
    409,
    'Decision refused',
    'The step does not allow this decision; `detail` says why. Nothing was changed.',
  ],
  'event-change-refused': [
    409,
    'Change refused',
    'The event does not allow this change; `detail` says why. Nothing was changed.',
  ],
  'mail-refused': [
    409,
    'No mail can be sent',
    'The person has no valid ticket of the purchase or has given no e-mail address, or the event is cancelled or over; ' +
      '`detail` says which. Nothing is sent.',
  ],
  'webhook-refused': [
    409,
    'Not possible for this endpoint',
    'The webhook endpoint does not allow this; `detail` says why. Nothing was changed.',
  ],
  'event-changed-meanwhile': [
    412,
    'Event changed meanwhile',
    'The event was changed after the revision that If-Match names. Nothing was changed. Read the event again before you change it.',
  ],
  'payload-too-large': [
    413,
    'Request too large',
    'The body is larger than this address accepts. Nothing was charged or changed.',
  ],
  'unsupported-media-type': [
    415,
    'Unsupported media type',
    'Send JSON in UTF-8, not compressed, with Content-Type: application/json.',
  ],
  'invalid-request': [
    422,
    'Invalid request',
    'The request is not valid; `errors` names each fault. Nothing was charged or changed.',
  ],
  'idempotency-key-reused': [
    422,
    'Idempotency key used for another request',
    'This key belongs to a different request. Nothing was charged for this one. Send a new key for a new request.',
  ],
  'unknown-ticket': [
    422,
    'Not tickets of this purchase',
    'Some of the tickets do not belong to the purchase; `tickets` says which. Nothing was cancelled.',
  ],
  'payment-required': [
    422,
    'Payment missing',
    'These tickets cost `amountMinor`, and the request names no `payment`. Nothing was charged and no ticket is held. Send a payment and a new idempotency key.',
  ],
  'amount-too-large': [
    422,
    'Too much for one payment',
    'The tickets cost `amountMinor` in all, and the payment provider charges at most `maximumMinor` at once. Nothing was charged and no ' +
      'ticket is held. Ask for fewer tickets, and buy the others with another idempotency key.',
  ],
  'unknown-ticket-type': [
    422,
    'Unknown ticket type',
    'The event has no ticket type with this name. Nothing was charged.',
  ],
  'rate-limited': [
    429,
    'Too many requests',
    'Nothing was charged. Repeat the request with the same idempotency key after the time in Retry-After.',
  ],
  'internal-error': [
    500,
    'Internal error',
    'An internal error occurred and was recorded. Repeat the request; with the same idempotency key it is carried out once. If the ' +
      'error persists, report the X-Request-Id.',
  ],
  unavailable: [
    503,
    'Not available at the moment',
    'The service is not available at the moment. Repeat the request after the time in Retry-After; with the same idempotency key it ' +
      'is carried out once.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, meaning: string]>;

export type ProblemType = keyof typeof PROBLEMS;

/** The problem's `type`: a reference to the page that explains it, which the gateway serves itself. */
export const problemUri = (type: ProblemType): string => `/problems/${type}`;

/** The members that vary between occurrences. Members other than `detail` are extensions of RFC 9457. */
export interface ProblemMembers {
  readonly detail?: string;
  readonly [extension: string]: unknown;
}

/** A problem as a value: returned by the code that refuses, mapped to HTTP in one place. */
export interface Problem {
  readonly type: ProblemType;
  readonly members: ProblemMembers;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The body of a problem as RFC 9457 has it. */
export function problemBody({ type, members }: Problem) {
  const [status, title, meaning] = PROBLEMS[type];
  return { type: problemUri(type), title, status, detail: meaning, ...members };
}

/** States a problem. `headers` are added to the answer's. */
export function problem(
  type: ProblemType,
  members: ProblemMembers = {},
  headers?: Readonly<Record<string, string>>,
): Problem {
  return headers === undefined ? { type, members } : { type, members, headers };
}

/** The caller sends more requests than one caller may. It may repeat the request after `retryAfterS` seconds. */
export const rateLimited = (detail: string, retryAfterS: number): Problem =>
  problem(
    'rate-limited',
    { detail: `${detail} Nothing was charged. Repeat the request after the time in Retry-After.` },
    { 'Retry-After': String(retryAfterS) },
  );

/** A dependency is unavailable or busy: the request may be repeated after `retryAfterS` seconds. */
export const unavailable = (detail: string, retryAfterS = 1): Problem =>
  problem('unavailable', { detail }, { 'Retry-After': String(retryAfterS) });
