import pg from 'pg';

/**
 * Whether a statement failed because a buyer would have had too many tickets. The operations check the limit before
 * they write, so this means that the first tickets of the same buyer were written in between: a second try sees them.
 */
export function isOverBuyerLimit(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.constraint === 'tickets_are_within_buyer_limit';
}
