import pg from 'pg';

const MAX_ATTEMPTS = 3;

/**
 * PostgreSQL chose the transaction as the victim of a deadlock: nothing of it was kept. Sorted locks make that rare; an
 * operator's statement or a migration that locks in another order can still cause one.
 */
export const isDeadlock = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '40P01';

/**
 * A buyer would have had too many tickets. The operations check the limit before they write, so this means that the
 * first tickets of the same buyer were written in between: a second attempt sees them.
 */
export const isOverBuyerLimit = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.constraint === 'tickets_are_within_buyer_limit';

/** Runs a whole transaction again after an error of this kind, three times in all. */
export async function retrying<T>(isTransient: (error: unknown) => boolean, transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isTransient(error)) throw error;
    }
  }
}
