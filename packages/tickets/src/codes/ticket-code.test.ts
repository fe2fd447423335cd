import { randomUUID } from 'node:crypto';
import { decodeBase32, encodeBase32 } from '@box-office/contract';
import { describe, expect, it } from 'vitest';
import { newTicketKey, retired } from '../testing.js';
import { createTicketCodes } from './ticket-code.js';
import { readTicketKeys } from './ticket-keys.js';

const codesOf = (...keys: readonly string[]) => createTicketCodes(readTicketKeys(keys));
const ticket = () => ({ ticketId: randomUUID(), eventId: '4711', version: 1 });

describe('the code of a ticket', () => {
  const key = newTicketKey();
  const codes = codesOf(key);

  it('says key, ticket, event and version, in the characters that a QR code stores compactly', () => {
    const given = { ticketId: randomUUID(), eventId: 'spring-gala_2', version: 65_535 };
    const code = codes.encode(given);
    expect(codes.decode(code)).toEqual({ kind: 'signed', ...given });
    expect(codes.encode(ticket())).toMatch(/^[0-9A-Z]{146}$/);
  });

  it('is read as a scanner or a person enters it', () => {
    const given = ticket();
    const typed = codes
      .encode(given)
      .toLowerCase()
      .replaceAll(/(.{5})/g, '$1 ');
    expect(codes.decode(`${typed}\n`)).toEqual({ kind: 'signed', ...given });
  });

  it('is forged with any bit changed, and with the key of somebody else', () => {
    const bytes = decodeBase32(codes.encode(ticket())) ?? new Uint8Array();
    for (let at = 1; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte));
      expect(codes.decode(encodeBase32(changed)), `byte ${at}`).toEqual({ kind: 'forged' });
    }
    expect(codes.decode(codesOf(newTicketKey()).encode(ticket()))).toEqual({ kind: 'forged' });
  });

  it.each(['', 'hello', 'https://example.com/t/1', 'U'.repeat(146), '0'.repeat(146), '1'.repeat(10_000)])(
    'is not %j',
    (text) => expect(codes.decode(text)).toEqual({ kind: 'unreadable' }),
  );

  it('stays good when another key signs, until its key is removed', () => {
    const given = ticket();
    const old = codes.encode(given);
    const next = newTicketKey();
    const rotated = codesOf(next, retired(key));
    expect(rotated.decode(old)).toEqual({ kind: 'signed', ...given });
    expect(codesOf(next).decode(rotated.encode(given))).toEqual({ kind: 'signed', ...given });
    expect(codesOf(next).decode(old)).toEqual({ kind: 'forged' });
  });
});
