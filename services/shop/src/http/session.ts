import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import { z } from 'zod';

const COOKIE = 'session';
/** A guest has nothing but this cookie to come back to the tickets. */
const MAX_AGE_S = 180 * 86_400;
export const DEMO_SUBJECT = 'demo-buyer';

/** Who the browser is for the gateway. */
export interface Session {
  /** Random, made for this browser. */
  readonly guest: string;
  /** The buyer who is signed in. */
  readonly user?: string | undefined;
}

/** The subject of the buyer's token. */
export const subjectOf = ({ guest, user }: Session): string => user ?? guest;

const parts = z.tuple([z.string().regex(/^guest-[\w-]{36}$/), z.string().regex(/^[\w-]{0,64}$/)]);

/** Sessions as signed cookies: the shop keeps none itself. `isSecure` binds them to the host and to TLS. */
export function createSessions(o: { secret: string; isSecure: boolean }) {
  const prefix = o.isSecure ? ({ prefix: 'host' } as const) : {};

  async function read(c: Context): Promise<Session | null> {
    const value = o.isSecure
      ? await getSignedCookie(c, o.secret, COOKIE, 'host')
      : await getSignedCookie(c, o.secret, COOKIE);
    const parsed = parts.safeParse(typeof value === 'string' ? value.split('.') : null);
    if (!parsed.success) return null;
    const [guest, user] = parsed.data;
    return { guest, ...(user !== '' && { user }) };
  }

  async function write(c: Context, session: Session): Promise<void> {
    await setSignedCookie(c, COOKIE, `${session.guest}.${session.user ?? ''}`, o.secret, {
      ...prefix,
      path: '/',
      secure: o.isSecure,
      httpOnly: true,
      sameSite: 'Lax',
      maxAge: MAX_AGE_S,
    });
  }

  return {
    read,
    write,
    /** The session of the browser; a new guest where it has none. */
    async readOrStart(c: Context): Promise<Session> {
      const known = await read(c);
      if (known !== null) return known;
      const session = { guest: `guest-${randomUUID()}` };
      await write(c, session);
      return session;
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;
