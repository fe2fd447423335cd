/** The invariants of the system, as a report names them. */
export const INVARIANTS = {
  1: 'available + held + sold = capacity in Redis, and sold is what PostgreSQL says',
  2: 'no two valid tickets have the same serial, and no serial is above the capacity',
  3: 'money captured minus money refunded is the price of the valid tickets, charged once',
  4: 'one idempotency key has one outcome',
  5: 'each sale and each cancellation has one capacity ledger line and one audit line',
  6: 'events.capacity is the capacity minus the tickets sold once the queues are empty',
  7: 'what was answered to a buyer is in PostgreSQL',
} as const;
type Invariant = keyof typeof INVARIANTS;

/** One violation of an invariant. `expected` and `found` are plain values or texts, for a person to compare. */
export interface Violation {
  readonly invariant: Invariant;
  /** Stable name of the violation, such as `charged_twice`. */
  readonly fault: string;
  readonly eventId?: string;
  readonly ticketType?: string;
  readonly purchaseId?: string;
  readonly expected: unknown;
  readonly found: unknown;
  /** The violation as one sentence. */
  readonly text: string;
}

/** One line for a report. */
export function describeViolation(violation: Violation): string {
  const { invariant, fault, eventId, ticketType, purchaseId, expected, found, text } = violation;
  const where = [
    eventId === undefined ? '' : `event ${eventId}`,
    ticketType === undefined ? '' : `type ${ticketType}`,
    purchaseId === undefined ? '' : `purchase ${purchaseId}`,
  ].filter((part) => part !== '');
  const values = `expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
  return `invariant ${invariant} ${fault}: ${text}${where.length > 0 ? ` (${where.join(', ')})` : ''}; ${values}`;
}
