const DAY_MS = 24 * 60 * 60 * 1_000;

/** How long Redis keeps what concerns an event once the event is over. PostgreSQL keeps it permanently. */
const KEPT_AFTER_EVENT_MS = 90 * DAY_MS;

/** How long Redis keeps the transaction of a purchase without tickets, and the list of a buyer without tickets. */
export const KEPT_WITHOUT_TICKETS_MS = DAY_MS;

/** How long Redis keeps the transaction of a purchase that is in progress; its next state sets the time again. */
export const KEPT_UNDER_WAY_MS = KEPT_AFTER_EVENT_MS;

/** Until when Redis keeps what concerns an event that ends then, in ms since 1970. */
export const keptForEventUntilMs = (endsAt: string): number => Date.parse(endsAt) + KEPT_AFTER_EVENT_MS;

/** Whether Redis has nothing of the event any more, and is to have nothing: PostgreSQL answers alone. */
export const isPastRedis = (event: { readonly endsAt: string }, nowMs = Date.now()): boolean =>
  keptForEventUntilMs(event.endsAt) <= nowMs;
