/** How long a guest link can be used. */
export const GUEST_LINK_LIFETIME_S = 3_600;

const TOKEN = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;

/** What the address of a guest link contains: the link and 32 random bytes, whose SHA-256 alone is stored. */
export const guestLinkToken = (linkId: string, secret: string): string => `${linkId}.${secret}`;

/** The parts of a token; null if it is none. */
export function readGuestLinkToken(text: string): { readonly linkId: string; readonly secret: string } | null {
  const [, linkId, secret] = TOKEN.exec(text) ?? [];
  return linkId === undefined || secret === undefined ? null : { linkId, secret };
}
