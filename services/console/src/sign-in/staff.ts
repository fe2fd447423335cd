import { createSignedCookie, isOfProvider, type SignIn } from '@box-office/web';
import type { Context } from 'hono';
import { z } from 'zod';

/** A shift at the door. */
const SESSION_S = 12 * 3_600;
/** So many fit into a cookie, and into a token for the gateway. */
const MAX_EVENTS = 50;
const ALL = '*';

/** A member of the staff who is signed in. */
export interface Staff {
  readonly subject: string;
  /** Ids of the events at whose doors this person may work. */
  readonly events: readonly string[] | 'all';
}

/** As the gateway has them: it accepts no token with another one. */
export const eventId = z.string().regex(/^[\w-]{1,64}$/);
const listed = z.array(eventId).max(MAX_EVENTS);

export const mayWorkAt = ({ events }: Staff, event: string): boolean => events === 'all' || events.includes(event);

/** The events in a claim of the provider: a list of ids, one id, or `*` for all; null where it is something else. */
export function eventsIn(claim: unknown): Staff['events'] | null {
  const given: unknown = typeof claim === 'string' ? [claim] : (claim ?? []);
  if (Array.isArray(given) && given.includes(ALL)) return 'all';
  const parsed = listed.safeParse(given);
  return parsed.success ? parsed.data : null;
}

const parts = z.tuple([z.coerce.number().int(), z.string().regex(/^[\w-]{1,64}$/)], z.string());

/** Who everybody is where the demo sign-in is on. */
export const DEMO_STAFF: Staff = { subject: 'demo-door', events: 'all' };

/** Whether this person signed in as the console asks for now: a session of the demo ends with it. */
const isBy = (subject: string, signIn: SignIn['kind']): boolean =>
  signIn === 'provider' ? isOfProvider(subject) : signIn === 'demo' && subject === DEMO_STAFF.subject;

/** Sessions as signed cookies, for a shift: the console keeps none itself. `isSecure` binds them to the host and to TLS. */
export function createSessions(o: { secret: string; isSecure: boolean; signIn: SignIn['kind'] }) {
  const cookie = createSignedCookie({ ...o, name: 'staff', maxAgeS: SESSION_S });
  return {
    /** Null where no one is signed in, or the shift is over, whatever the browser keeps. */
    async read(c: Context): Promise<Staff | null> {
      const parsed = parts.safeParse((await cookie.read(c))?.split('.'));
      if (!parsed.success) return null;
      const [endsAtS, subject, ...ids] = parsed.data;
      const events = eventsIn(ids);
      const isValid = endsAtS * 1_000 > Date.now() && isBy(subject, o.signIn);
      return isValid && events !== null ? { subject, events } : null;
    },
    write(c: Context, { subject, events }: Staff): Promise<void> {
      const endsAtS = Math.floor(Date.now() / 1_000) + SESSION_S;
      return cookie.write(c, [endsAtS, subject, ...(events === 'all' ? [ALL] : events)].join('.'));
    },
    end: (c: Context): Promise<void> => cookie.write(c, ''),
  };
}

export type Sessions = ReturnType<typeof createSessions>;
