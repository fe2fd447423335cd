import type { CheckInResult } from '@box-office/contract';
import type { Operator } from '../audit/operator-requests.js';

/** A ticket that was presented at a door: by its code, or as somebody's who was searched for. */
export interface CheckInRequest {
  readonly checkInId: string;
  readonly fingerprint: string;
  readonly gate: string;
  readonly by: Operator & { readonly channel: 'api' | 'cli' };
  readonly requestId: string;
  readonly source: 'code' | 'search';
  /** What the code says, or what was found; null if it is no code of ours. */
  readonly presented: { readonly ticketId: string; readonly eventId: string; readonly version: number } | null;
  /** What follows from the code alone; null if the ticket decides. */
  readonly refusal: CodeRefusal | null;
  /** Doors open so long before the event starts. They close when it ends. */
  readonly opensBeforeS: number;
  /** When the door let somebody in without an answer, by its own clock, ISO 8601; null: it asks first. */
  readonly admittedAt: string | null;
}

export type CodeRefusal = Extract<CheckInResult, 'other_event' | 'forged' | 'unreadable'>;
