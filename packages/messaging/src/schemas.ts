import { INSTANT_FORM, parseInstant, type CapacityUpdate, type TransactionRecord } from '@box-office/contract';
import { z } from 'zod';

// What is published must equal the contract; what is read may carry fields that a newer publisher added.

const text = z.string().min(1).max(500);
/** Kept as it was given: the same message must stay the same. */
const instant = z
  .string()
  .refine((given) => parseInstant(given) !== null, INSTANT_FORM)
  .meta({ format: 'date-time' });
const items = z
  .array(z.object({ TicketType: text, Quantity: z.int().positive().max(1_000_000) }).readonly())
  .max(1_000)
  .readonly();

/** What is on `ticket.capacity.updates`. */
export const capacityUpdate = z
  .object({
    EventId: text,
    CapacityChange: z.int().min(-1_000_000).max(1_000_000),
    TransactionId: text,
    Operation: z.enum(['purchase', 'cancel', 'adjust']),
    MessageId: z.uuid(),
    PurchaseId: z.uuid(),
    Items: items,
    OccurredAt: instant,
  })
  .readonly()
  .refine(
    ({ Operation, CapacityChange, Items }) => {
      const quantity = Items.reduce((sum, item) => sum + item.Quantity, 0);
      if (Operation === 'adjust') return CapacityChange !== 0;
      return quantity > 0 && CapacityChange === (Operation === 'purchase' ? -quantity : quantity);
    },
    { path: ['CapacityChange'], error: 'does not fit the operation and its items' },
  );

/** What is on `ticket.transactions`. */
export const transactionRecord = z
  .object({
    TransactionId: text,
    UserId: text,
    EventId: text,
    Amount: z.int().min(0),
    Currency: text,
    Operation: z.enum(['purchase', 'cancel']),
    MessageId: z.uuid(),
    PurchaseId: z.uuid(),
    RequestId: text,
    Items: items,
    OccurredAt: instant,
  })
  .readonly();

type Same<A, B> = [A, B] extends [B, A] ? true : never;
const _equalToTheContract: [
  Same<z.infer<typeof capacityUpdate>, CapacityUpdate>,
  Same<z.infer<typeof transactionRecord>, TransactionRecord>,
] = [true, true];

/** @throws with one line that names what is wrong */
export function parseCapacityUpdate(content: Buffer): CapacityUpdate {
  return parse(capacityUpdate, content);
}

/** @throws with one line that names what is wrong */
export function parseTransactionRecord(content: Buffer): TransactionRecord {
  return parse(transactionRecord, content);
}

function parse<S extends z.ZodType>(schema: S, content: Buffer): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(content.toString('utf8'));
  } catch {
    throw new Error('not JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`).join('; '),
  );
}
