import { readTicketCode } from '@box-office/contract/ticket-code';
import type { Admission, DoorList, ListEntry } from './door-store.js';

/** What a code is before the ticket is looked up; as the API says it. */
export type Checked =
  | { readonly result: 'signed'; readonly ticketId: string; readonly version: number }
  | { readonly result: 'unreadable' | 'forged' | 'other_event' };

type Decision =
  | { readonly result: 'admitted' | 'outdated' | 'cancelled' | 'other_day' }
  | { readonly result: 'already_admitted'; readonly admission: Admission };

const ALGORITHM = 'Ed25519';

/** Whether this browser can verify the signatures of codes. */
export async function canVerify(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
    return true;
  } catch {
    return false;
  }
}

/** Reads a code and verifies its signature with the keys of the list. */
export async function checkCode(text: string, { eventId, keys }: DoorList): Promise<Checked> {
  const code = readTicketCode(text);
  if (code === null) return { result: 'unreadable' };
  const key = keys.find(({ kid }) => kid === code.keyId);
  if (key === undefined) return { result: 'forged' };
  const jwk = { kty: 'OKP', crv: ALGORITHM, x: key.x };
  const publicKey = await crypto.subtle.importKey('jwk', jwk, ALGORITHM, false, ['verify']);
  if (!(await crypto.subtle.verify(ALGORITHM, publicKey, code.signature, code.content))) return { result: 'forged' };
  if (code.eventId !== eventId) return { result: 'other_event' };
  return { result: 'signed', ticketId: code.ticketId, version: code.version };
}

/** What the list says of a signed code, in the order in which the API decides. */
export function decide(
  version: number,
  known: { readonly entry: ListEntry | undefined; readonly admission: Admission | null },
  { cancelled, opensAt, closesAt }: DoorList,
  nowMs: number,
): Decision {
  const { entry, admission } = known;
  if (entry !== undefined && version < entry.minVersion) return { result: 'outdated' };
  if (cancelled || entry?.cancelled === true) return { result: 'cancelled' };
  if (admission !== null) return { result: 'already_admitted', admission };
  const isOpen = nowMs >= Date.parse(opensAt) && nowMs <= Date.parse(closesAt);
  return { result: isOpen ? 'admitted' : 'other_day' };
}
