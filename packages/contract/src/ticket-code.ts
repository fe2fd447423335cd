import { decodeBase32 } from './base32.js';

// Layout, docs/tickets.md: format (1), key (4), ticket (16), version (2, big endian), event (1 to 64), signature (64).
// Browsers run this file too, at doors that have no connection.

export const TICKET_CODE_FORMAT = 1;
export const TICKET_KEY_ID_BYTES = 4;
const TICKET_AT = 1 + TICKET_KEY_ID_BYTES;
const VERSION_AT = TICKET_AT + 16;
const EVENT_AT = VERSION_AT + 2;
const SIGNATURE_BYTES = 64;
const MAX_EVENT_BYTES = 64;
/** Longer than any code, with what a person may type between its characters. */
const MAX_TEXT_LENGTH = 500;

/** What a code says of its ticket. */
export interface CodedTicket {
  readonly ticketId: string;
  readonly eventId: string;
  readonly version: number;
}

/** A code as it is written. Who has signed it is not checked yet. */
export interface WrittenTicketCode extends CodedTicket {
  /** In hexadecimal, as in the published keys. */
  readonly keyId: string;
  /** What is signed. */
  readonly content: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** The parts of a code that a person or a scanner entered; null if it is no code of a ticket. */
export function readTicketCode(text: string): WrittenTicketCode | null {
  const bytes = text.length > MAX_TEXT_LENGTH ? null : decodeBase32(text);
  const eventBytes = (bytes?.length ?? 0) - EVENT_AT - SIGNATURE_BYTES;
  if (bytes?.[0] !== TICKET_CODE_FORMAT || eventBytes < 1 || eventBytes > MAX_EVENT_BYTES) return null;
  const content = bytes.slice(0, -SIGNATURE_BYTES);
  return {
    keyId: hexOf(content.subarray(1, TICKET_AT)),
    ticketId: hexOf(content.subarray(TICKET_AT, VERSION_AT)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    version: ((content[VERSION_AT] ?? 0) << 8) | (content[VERSION_AT + 1] ?? 0),
    eventId: new TextDecoder().decode(content.subarray(EVENT_AT)),
    content,
    signature: bytes.slice(-SIGNATURE_BYTES),
  };
}

const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
