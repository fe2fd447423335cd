import { sign, verify } from 'node:crypto';
import { decodeBase32, encodeBase32 } from '@box-office/contract';
import { KEY_ID_BYTES, type TicketKey } from './ticket-keys.js';

/** What a code says of its ticket. */
interface CodedTicket {
  readonly ticketId: string;
  readonly eventId: string;
  readonly version: number;
}

export type DecodedTicket =
  | ({ readonly kind: 'signed' } & CodedTicket)
  /** It is no code of a ticket. */
  | { readonly kind: 'unreadable' }
  /** It has the form of a code, and no key of ours has signed it. */
  | { readonly kind: 'forged' };

export interface TicketCodes {
  encode(ticket: CodedTicket): string;
  decode(text: string): DecodedTicket;
}

// Layout, docs/tickets.md: format (1), key (4), ticket (16), version (2, big endian), event (1 to 64), signature (64).
const FORMAT = 1;
const TICKET_AT = 1 + KEY_ID_BYTES;
const VERSION_AT = TICKET_AT + 16;
const EVENT_AT = VERSION_AT + 2;
const SIGNATURE_BYTES = 64;
const MAX_EVENT_BYTES = 64;
/** Longer than any code, with what a person may type between its characters. */
const MAX_TEXT_LENGTH = 500;

/** Codes of tickets, signed with the first key. Those of every key are accepted. */
export function createTicketCodes(keys: readonly TicketKey[]): TicketCodes {
  const [first] = keys;
  if (first?.privateKey === undefined) throw new Error('the first key of tickets must be private');
  const { privateKey } = first;

  return {
    encode({ ticketId, eventId, version }) {
      const versionBytes = Buffer.alloc(2);
      versionBytes.writeUInt16BE(version);
      const ticket = Buffer.from(ticketId.replaceAll('-', ''), 'hex');
      const content = Buffer.concat([Buffer.of(FORMAT), first.id, ticket, versionBytes, Buffer.from(eventId)]);
      return encodeBase32(Buffer.concat([content, sign(null, content, privateKey)]));
    },

    decode(text) {
      const bytes = text.length > MAX_TEXT_LENGTH ? null : decodeBase32(text);
      const eventBytes = (bytes?.length ?? 0) - EVENT_AT - SIGNATURE_BYTES;
      if (bytes?.[0] !== FORMAT || eventBytes < 1 || eventBytes > MAX_EVENT_BYTES) return { kind: 'unreadable' };
      const content = Buffer.from(bytes.subarray(0, -SIGNATURE_BYTES));
      const signature = bytes.subarray(-SIGNATURE_BYTES);
      const key = keys.find(({ id }) => id.equals(content.subarray(1, TICKET_AT)));
      if (key === undefined || !verify(null, content, key.publicKey, signature)) return { kind: 'forged' };
      return {
        kind: 'signed',
        ticketId: uuidOf(content.subarray(TICKET_AT, VERSION_AT)),
        eventId: content.subarray(EVENT_AT).toString(),
        version: content.readUInt16BE(VERSION_AT),
      };
    },
  };
}

const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
