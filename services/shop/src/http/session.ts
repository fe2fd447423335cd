import { randomUUID } from 'node:crypto';
import { GUEST_SUBJECT } from '@box-office/contract';
import { createSignedCookie } from '@box-office/web';
import type { Context } from 'hono';
import { z } from 'zod';

/** A guest has nothing but this cookie to come back to the tickets. */
const MAX_AGE_S = 180 * 86_400;
export const DEMO_SUBJECT = 'demo-buyer';

/** Who the browser is for the gateway. */
export interface Session {
  /** Random, made for this browser. */
  readonly guest: string;
  /** The buyer who is signed in, or the guest whose link was used. */
  readonly user?: string | undefined;
  /** Who was signed in when the link was used; else the browser was `guest`. */
  readonly before?: string | undefined;
}

/** The subject of the buyer's token. */
export const subjectOf = ({ guest, user }: Session): string => user ?? guest;

const IS_GUEST = new RegExp(GUEST_SUBJECT);

/** Whether a subject is one that the shop has made: its orders are found by the browser or by a link alone. */
export const isGuestSubject = (subject: string): boolean => IS_GUEST.test(subject);

/** Whether the buyer has not signed in. */
export const isGuest = (session: Session | null): boolean => session === null || IS_GUEST.test(subjectOf(session));

/** Whether the browser sees what a guest link has led it to. */
export const isByLink = (session: Session | null): boolean => session?.user !== undefined && isGuest(session);

/**
 * Who the browser was before a guest link, and who buys and takes over in it. The guest of a link may be another person as
 * well, who typed the reader's address and would see what the reader gets as that guest.
 */
export const ownSession = (session: Session): Session =>
  isByLink(session) ? { guest: session.guest, user: session.before } : session;

const subject = z.string().regex(/^[\w-]{0,64}$/);
const parts = z.tuple([z.string().regex(IS_GUEST), subject, subject.optional()]);

/** Sessions as signed cookies: the shop keeps none itself. `isSecure` binds them to the host and to TLS. */
export function createSessions(o: { secret: string; isSecure: boolean }) {
  const cookie = createSignedCookie({ ...o, name: 'session', maxAgeS: MAX_AGE_S });

  async function read(c: Context): Promise<Session | null> {
    const parsed = parts.safeParse((await cookie.read(c))?.split('.'));
    if (!parsed.success) return null;
    const [guest, user, before = ''] = parsed.data;
    return { guest, ...(user !== '' && { user }), ...(before !== '' && { before }) };
  }

  const write = (c: Context, session: Session): Promise<void> =>
    cookie.write(c, [session.guest, session.user ?? '', session.before ?? []].flat().join('.'));

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
