/** Key names of the system that this one replaces; existing readers depend on them. */
export const eventKey = (eventId: string): string => `event:${eventId}`;
export const userTicketsKey = (userId: string): string => `event_tickets:${userId}`;
export const transactionKey = (transactionId: string): string => `transaction:${transactionId}`;

/** The gateways' record of an idempotency key, by the purchase id or hold id derived from it. */
export const purchaseKey = (purchaseId: string): string => `purchase:${purchaseId}`;
export const holdKey = (holdId: string): string => `hold:${holdId}`;

/** Redis channel on which workers notify the gateways of final outcomes. Messages may be lost: PostgreSQL decides. */
export const OUTCOMES_CHANNEL = 'purchase_outcomes';

/** Names the Redis process that has all that was written: absent after a wipe, another's after a restart or a restore. */
export const REDIS_MEMORY_KEY = 'redis_memory';
