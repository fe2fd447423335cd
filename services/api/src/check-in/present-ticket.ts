import { checkInIdOf, fingerprintOf } from '@box-office/contract/derive';
import type { CheckIn, CheckInRequest, CodeRefusal } from '@box-office/database';
import type { Database } from '../database.js';
import { actorOf, callerOf, mayAdmitFor, type Caller, type GatewayContext } from '../http/context.js';
import { problem, type Problem } from '../http/problems.js';
import type { DecodedTicket, TicketCodes } from '@box-office/tickets/codes';

export interface PresentTicketDeps extends Pick<Database, 'checkIn'> {
  readonly codes: TicketCodes;
  readonly entryOpensBeforeS: number;
}

interface PresentedCode {
  readonly code: string;
  readonly gate: string;
  readonly eventId?: string | undefined;
  /** When it let somebody in without asking. */
  readonly admittedAt?: string | undefined;
}

/** A ticket that a search has found. */
interface PresentedFind {
  readonly ticketId: string;
  readonly version: number;
  readonly gate: string;
  readonly eventId: string;
}

/** What a door sends. */
export type PresentedTicket = { readonly key: string } & (PresentedCode | PresentedFind);

export type Presented =
  { readonly ok: true; readonly checkIn: CheckIn } | { readonly ok: false; readonly problem: Problem };

/** Checks what a door presents and admits the ticket, once for each key of the caller. */
export async function presentTicket(
  c: GatewayContext,
  deps: PresentTicketDeps,
  given: PresentedTicket,
): Promise<Presented> {
  const { key, gate, eventId } = given;
  const caller = callerOf(c);
  if (eventId !== undefined && !mayAdmitFor(caller, eventId)) {
    return refused(
      problem('forbidden', { detail: 'This token does not admit for the event. The ticket was not checked.' }),
    );
  }
  const request: CheckInRequest = {
    checkInId: checkInIdOf(caller.subject, key),
    gate,
    ...actorOf(c),
    opensBeforeS: deps.entryOpensBeforeS,
    ...('code' in given ? partsOfCode(given, deps.codes, caller) : partsOfFind(given)),
  };
  const checkIn = await deps.checkIn(request);
  return checkIn.fingerprint === request.fingerprint
    ? { ok: true, checkIn }
    : refused(
        problem('idempotency-key-reused', {
          detail:
            'This key belongs to another ticket or gate. The ticket was not checked. Send a new key for a new ticket.',
        }),
      );
}

const refused = (refusal: Problem): Presented => ({ ok: false, problem: refusal });

type Parts = Pick<CheckInRequest, 'fingerprint' | 'source' | 'presented' | 'refusal' | 'admittedAt'>;

function partsOfCode(given: PresentedCode, codes: TicketCodes, caller: Caller): Parts {
  const { code, gate, eventId, admittedAt = null } = given;
  const decoded = codes.decode(code);
  return {
    // The same with and without a time: a door that got no answer reports under the key under which it had asked.
    fingerprint: fingerprintOf([code, gate, eventId ?? null]),
    source: 'code',
    admittedAt,
    presented: decoded.kind === 'signed' ? decoded : null,
    refusal: refusalFromCode(decoded, caller, eventId),
  };
}

function partsOfFind({ ticketId, version, gate, eventId }: PresentedFind): Parts {
  return {
    fingerprint: fingerprintOf([ticketId, version, gate, eventId]),
    source: 'search',
    admittedAt: null,
    refusal: null,
    presented: { ticketId, version, eventId },
  };
}

function refusalFromCode(decoded: DecodedTicket, caller: Caller, eventId: string | undefined): CodeRefusal | null {
  if (decoded.kind !== 'signed') return decoded.kind;
  const isMeant = eventId === undefined ? mayAdmitFor(caller, decoded.eventId) : decoded.eventId === eventId;
  return isMeant ? null : 'other_event';
}
