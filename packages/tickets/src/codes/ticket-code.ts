import { sign, verify } from 'node:crypto';
import { encodeBase32, readTicketCode, TICKET_CODE_FORMAT, type CodedTicket } from '@box-office/contract';
import type { TicketKey } from './ticket-keys.js';

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
      const content = Buffer.concat([
        Buffer.of(TICKET_CODE_FORMAT),
        first.id,
        ticket,
        versionBytes,
        Buffer.from(eventId),
      ]);
      return encodeBase32(Buffer.concat([content, sign(null, content, privateKey)]));
    },

    decode(text) {
      const code = readTicketCode(text);
      if (code === null) return { kind: 'unreadable' };
      const { keyId, content, signature, ...ticket } = code;
      const key = keys.find(({ id }) => id.toString('hex') === keyId);
      if (key === undefined || !verify(null, content, key.publicKey, signature)) return { kind: 'forged' };
      return { kind: 'signed', ...ticket };
    },
  };
}
