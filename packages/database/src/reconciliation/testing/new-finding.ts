import { randomUUID } from 'node:crypto';
import type { NewFinding } from '../findings.js';

/** A difference that no other test finds. */
export const newFinding = (eventId: string, changes: Partial<NewFinding> = {}): NewFinding => ({
  kind: 'capacity_wrong',
  subject: randomUUID(),
  eventId,
  ticketType: null,
  purchaseId: null,
  expected: 1,
  found: { held: 2 },
  cause: 'somebody wrote it',
  action: 'to be put right',
  ...changes,
});

export const newRun = (reconciliationId: string = randomUUID()) => ({ reconciliationId, requestedBy: 'ann' });
