import type { CheckInResult } from '@box-office/contract';
import type pg from 'pg';
import { recordOperatorAct } from '../audit/operator-line.js';
import type { CheckInRequest } from './check-in-request.js';

/** A ticket with which somebody is in. */
export interface AdmittedTicket {
  readonly eventId: string;
  readonly ticketType: string;
  readonly serial: number;
  readonly purchaseId: string;
  readonly userId: string;
}

/** Writes the line of an admission into the audit log. `offline`: of one that the door reports. */
export const recordAdmission = (
  client: pg.ClientBase,
  { checkInId, by, requestId, source, presented, gate }: CheckInRequest,
  { eventId, purchaseId, userId, ticketType, serial }: AdmittedTicket,
  offline?: { readonly result: CheckInResult; readonly admittedAt: string | null },
  wasAdmitted = false,
): Promise<void> =>
  recordOperatorAct(client, {
    lineKind: 'admission',
    by,
    action: 'admit',
    reason: null,
    messageId: checkInId,
    requestId,
    eventId,
    purchaseId,
    userId,
    before: { admitted: wasAdmitted },
    after: { admitted: true },
    details: { ticketId: presented?.ticketId ?? '', ticketType, serial, gate, source, ...(offline && { offline }) },
  });
