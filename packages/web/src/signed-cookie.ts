import type { Context } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';

/** A value that a browser keeps and cannot change. */
export interface SignedCookie {
  /** Null if there is none, or if it is not ours. */
  read(c: Context): Promise<string | null>;
  write(c: Context, value: string): Promise<void>;
}

/** `isSecure` binds the cookie to the host and to TLS. */
export function createSignedCookie(o: {
  name: string;
  secret: string;
  isSecure: boolean;
  maxAgeS: number;
}): SignedCookie {
  const { name, secret, isSecure, maxAgeS } = o;
  const attributes = { path: '/', secure: isSecure, httpOnly: true, sameSite: 'Lax', maxAge: maxAgeS } as const;
  return {
    async read(c) {
      const value = isSecure ? await getSignedCookie(c, secret, name, 'host') : await getSignedCookie(c, secret, name);
      return typeof value === 'string' ? value : null;
    },
    write: (c, value) =>
      setSignedCookie(c, name, value, secret, { ...attributes, ...(isSecure && { prefix: 'host' }) }),
  };
}
