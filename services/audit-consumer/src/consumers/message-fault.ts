/** SQLSTATE classes that a message causes: invalid data, and a violated constraint. */
const DATA_EXCEPTION = '22';
const INTEGRITY_CONSTRAINT_VIOLATION = '23';

/**
 * Whether the content of a message causes an error of a database operation. Only then does it help to park that
 * message. Every other error (no connection, a timeout, a lock, a missing table or privilege) concerns all messages,
 * which wait until it is resolved.
 *
 * A `TypeError` or `RangeError` is a defect of this code that a message triggers: that message must not stop the queue.
 */
export function isMessageFault(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  const { code } = error;
  return (
    /^[0-9A-Z]{5}$/.test(code) && (code.startsWith(DATA_EXCEPTION) || code.startsWith(INTEGRITY_CONSTRAINT_VIOLATION))
  );
}
