/** SQLSTATE of a transaction that PostgreSQL chose as the victim of a deadlock: nothing of it was kept. */
const DEADLOCK_DETECTED = '40P01';
const MAX_ATTEMPTS = 3;

/**
 * Runs a whole transaction again when it was the victim of a deadlock. Sorted locks make that rare; an operator's
 * statement or a migration that locks in another order can still cause one.
 */
export async function retryingDeadlocks<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      const isDeadlock = error instanceof Error && 'code' in error && error.code === DEADLOCK_DETECTED;
      if (!isDeadlock || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
