import { checkInIdOf, fingerprintOf } from '@box-office/contract/derive';
import type { CheckIn, CheckInRequest, CodeRefusal } from '@box-office/database';
import type { Database } from '../database.js';
import { callerOf, mayAdmitFor, operatorOf, type Caller, type GatewayContext } from '../http/context.js';
import { problem, type Problem } from '../http/problems.js';
import type { DecodedTicket, TicketCodes } from '@box-office/tickets/codes';

export interface PresentCodeDeps extends Pick<Database, 'checkIn'> {
  readonly codes: TicketCodes;
  readonly entryOpensBeforeS: number;
}

/** What a door sends. */
export interface PresentedCode {
  readonly key: string;
  readonly code: string;
  readonly gate: string;
  readonly eventId?: string | undefined;
  /** When it let somebody in without asking. */
  readonly admittedAt?: string | undefined;
}

export type Presented =
  { readonly ok: true; readonly checkIn: CheckIn } | { readonly ok: false; readonly problem: Problem };

/** Checks a code and admits its ticket, once for each key of the caller. */
export async function presentCode(c: GatewayContext, deps: PresentCodeDeps, given: PresentedCode): Promise<Presented> {
  const { key, code, gate, eventId, admittedAt = null } = given;
  const caller = callerOf(c);
  if (eventId !== undefined && !mayAdmitFor(caller, eventId)) {
    return refused(
      problem('forbidden', { detail: 'This token does not admit for the event. The ticket was not checked.' }),
    );
  }
  const decoded = deps.codes.decode(code);
  const request: CheckInRequest = {
    checkInId: checkInIdOf(caller.subject, key),
    // The same with and without a time: a door that got no answer reports under the key under which it had asked.
    fingerprint: fingerprintOf([code, gate, eventId ?? null]),
    admittedAt,
    ...{ gate, by: operatorOf(c), requestId: c.get('requestId'), opensBeforeS: deps.entryOpensBeforeS },
    coded: decoded.kind === 'signed' ? decoded : null,
    refusal: refusalFromCode(decoded, caller, eventId),
  };
  const checkIn = await deps.checkIn(request);
  return checkIn.fingerprint === request.fingerprint
    ? { ok: true, checkIn }
    : refused(
        problem('idempotency-key-reused', {
          detail:
            'This key belongs to another code or gate. The ticket was not checked. Send a new key for a new code.',
        }),
      );
}

const refused = (refusal: Problem): Presented => ({ ok: false, problem: refusal });

function refusalFromCode(decoded: DecodedTicket, caller: Caller, eventId: string | undefined): CodeRefusal | null {
  if (decoded.kind !== 'signed') return decoded.kind;
  const isMeant = eventId === undefined ? mayAdmitFor(caller, decoded.eventId) : decoded.eventId === eventId;
  return isMeant ? null : 'other_event';
}
