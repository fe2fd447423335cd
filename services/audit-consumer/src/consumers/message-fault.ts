/** Classes of SQLSTATE for which the row that was written is to blame: bad data, and a constraint that refuses it. */
const DATA_EXCEPTION = '22';
const INTEGRITY_CONSTRAINT_VIOLATION = '23';

/**
 * Whether an error of a record operation comes from what a message says. Only then does it help to try without that
 * message; everything else (no connection, a timeout, a lock, a missing table or right) concerns all messages alike
 * and passes when somebody mends it.
 *
 * An error of the language itself is a mistake in this code that some message brings to light: it must not stop the queue.
 */
export function isMessageFault(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  const { code } = error;
  return (
    /^[0-9A-Z]{5}$/.test(code) && (code.startsWith(DATA_EXCEPTION) || code.startsWith(INTEGRITY_CONSTRAINT_VIOLATION))
  );
}
