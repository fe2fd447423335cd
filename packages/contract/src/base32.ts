/** Crockford's alphabet: digits and capitals that are not taken for each other. QR codes store it compactly. */
export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Bytes as base 32, without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += CROCKFORD.charAt((buffer >> (bits - 5)) & 31);
    buffer &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + CROCKFORD.charAt((buffer << (5 - bits)) & 31);
}

/**
 * The bytes of a text that a person or a scanner entered: small letters, spaces and hyphens are accepted, and the letters
 * that look like digits. Null if it is not the base 32 of anything.
 */
export function decodeBase32(text: string): Uint8Array<ArrayBuffer> | null {
  const digits = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const bytes = new Uint8Array(Math.floor((digits.length * 5) / 8));
  let buffer = 0;
  let bits = 0;
  let length = 0;
  for (const digit of digits) {
    const value = CROCKFORD.indexOf(digit);
    if (value < 0) return null;
    buffer = (buffer << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = buffer >> bits;
    buffer &= (1 << bits) - 1;
  }
  // What is left over is less than a digit, and zero: each byte sequence has one text.
  return bits < 5 && buffer === 0 ? bytes : null;
}
