import type { Context } from 'hono';
import { z } from 'zod';
import { createSignedCookie } from '../signed-cookie.js';

/** How long a person may take at the provider. */
const MAX_AGE_S = 900;

const attempt = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** Path of the page that the person came from. */
  back: z.string(),
  endsAt: z.number(),
});

/** A sign-in that has begun: what its end is checked with. */
export type Attempt = Omit<z.output<typeof attempt>, 'endsAt'>;

/** Attempts as signed cookies of this name: a browser has at most one, and only that browser can finish it. */
export function createAttempts(o: { name: string; secret: string; isSecure: boolean }) {
  // A key of its own: a signature of one cookie is none of another.
  const cookie = createSignedCookie({ ...o, secret: `${o.secret} sign-in`, maxAgeS: MAX_AGE_S });
  return {
    async read(c: Context): Promise<Attempt | null> {
      const value = await cookie.read(c);
      const parsed = attempt.safeParse(value ? JSON.parse(value) : null);
      return parsed.success && parsed.data.endsAt > Date.now() ? parsed.data : null;
    },
    write: (c: Context, begun: Attempt): Promise<void> =>
      cookie.write(c, JSON.stringify({ ...begun, endsAt: Date.now() + MAX_AGE_S * 1_000 })),
    end: (c: Context): Promise<void> => cookie.write(c, ''),
  };
}

export type Attempts = ReturnType<typeof createAttempts>;
