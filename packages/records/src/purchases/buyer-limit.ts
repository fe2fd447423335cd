import pg from 'pg';

/**
 * Whether a statement failed because a buyer would have had too many tickets. The operations look at the limit before
 * they write, so this means that somebody else's first tickets for the same buyer came in between: a second try sees them.
 */
export function isOverBuyerLimit(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.constraint === 'tickets_are_within_buyer_limit';
}
