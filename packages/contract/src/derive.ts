import { createHash } from 'node:crypto';
import { parse, v5 } from 'uuid';
import { CROCKFORD } from './base32.js';
import type { CapacityOperation } from './messages.js';

// Never imported by workflow code: the workflow sandbox has no node:crypto.

/** Namespace of every id that Box Office derives. Changing it would give every purchase another identity. */
const NAMESPACE = parse('6f3d0f0e-6f0b-5c58-9a4e-0c3a35c3a8d1');

/** Names as bytes: the library takes thrice as long for a text. */
const idOf = (name: string): string => v5(Buffer.from(name), NAMESPACE);

/**
 * The purchase id of a request: the same route, token subject and idempotency key always give the same id.
 * The parts are joined as JSON so that no choice of key can imitate another subject's.
 */
export function purchaseIdOf(route: string, subject: string, idempotencyKey: string): string {
  return idOf(JSON.stringify([route, subject, idempotencyKey]));
}

/** The same for a hold, whose route is another one. */
export const holdIdOf: typeof purchaseIdOf = (...request) => purchaseIdOf(...request);

/** The transaction id of a purchase: 26 characters of Crockford base 32, deterministic. */
export function transactionIdOf(purchaseId: string): string {
  let bits = BigInt(`0x${idOf(`transaction:${purchaseId}`).replaceAll('-', '')}`);
  let id = '';
  for (let i = 0; i < 26; i++) {
    id = CROCKFORD.charAt(Number(bits & 31n)) + id;
    bits >>= 5n;
  }
  return id;
}

/** The id of one ticket of a purchase. */
export function ticketIdOf(purchaseId: string, ticketType: string, serial: number): string {
  return idOf(JSON.stringify(['ticket', purchaseId, ticketType, serial]));
}

/** Message id of a sale or of one cancellation; the queue name keeps the two messages of a sale apart. */
export function messageIdOf(
  queue: string,
  purchaseId: string,
  operation: CapacityOperation,
  cancellationId?: string,
): string {
  return idOf(JSON.stringify([queue, purchaseId, operation, cancellationId ?? null]));
}

/** The id of a batch of purchases that one workflow carries: the same purchases in the same order are the same batch. */
export function batchIdOf(purchaseIds: readonly string[]): string {
  return idOf(JSON.stringify(['group', ...purchaseIds]));
}

/** The id of a cancellation: the same tickets of the same purchase, or all of it, are one cancellation. */
export function cancellationIdOf(purchaseId: string, tickets: readonly string[] | null): string {
  const what = tickets === null ? 'whole' : [...new Set(tickets)].sort();
  return idOf(JSON.stringify(['cancellation', purchaseId, what]));
}

/** SHA-256 in hex over the JSON of a request's meaningful parts, given in a fixed order. */
export function fingerprintOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Id of the audit line about an operator's decision: one per purchase and update. */
export function operatorActionIdOf(purchaseId: string, updateId: string): string {
  return idOf(JSON.stringify(['operator', purchaseId, updateId]));
}

/** What is stored of a secret that is too long to be guessed, such as the code of a transfer: its SHA-256. */
export const hashOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Id of the update by which an operator's request decides: the same key of the same operator decides once. */
export function resolutionIdOf(purchaseId: string, operator: string, idempotencyKey: string): string {
  return idOf(JSON.stringify(['resolution', purchaseId, operator, idempotencyKey]));
}

/** Id of the request by which an operator creates an event: the same key of the same operator creates one. */
export function eventCreationIdOf(operator: string, idempotencyKey: string): string {
  return idOf(JSON.stringify(['event', operator, idempotencyKey]));
}

/** Id of the endpoint of an integrator that an operator registers: the same key of the same operator registers one. */
export function webhookEndpointIdOf(operator: string, idempotencyKey: string): string {
  return idOf(JSON.stringify(['webhook_endpoint', operator, idempotencyKey]));
}

/** Id of the secret that a rotation adds: the same key of the same operator adds one for each time of the previous ones. */
export function webhookSecretIdOf(
  endpointId: string,
  { operator, key, previousValidS }: { operator: string; key: string; previousValidS: number },
): string {
  return idOf(JSON.stringify(['webhook_secret', endpointId, operator, key, previousValidS]));
}

/** Message id of the ledger line that corrects what a finding says: one finding never corrects twice. */
export function correctionIdOf(findingId: string): string {
  return idOf(JSON.stringify(['correction', findingId]));
}

/** Id of the audit line about what became of a finding: one per finding, status and cause. */
export function findingLineIdOf(findingId: string, status: string, cause: string): string {
  return idOf(JSON.stringify(['finding', findingId, status, cause]));
}

/** The id of a check-in: the same key of the same member of the staff is one check-in. */
export function checkInIdOf(staff: string, idempotencyKey: string): string {
  return idOf(JSON.stringify(['check_in', staff, idempotencyKey]));
}

/** Id of the audit line about the undoing of an admission. */
export function undoLineIdOf(checkInId: string): string {
  return idOf(JSON.stringify(['undo_check_in', checkInId]));
}
