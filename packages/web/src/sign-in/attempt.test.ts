import { Hono, type Context } from 'hono';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSignedCookie } from '../signed-cookie.js';
import { createAttempts } from './attempt.js';

const SECRET = { secret: 'x'.repeat(32), isSecure: true };
const ATTEMPT = { state: 's', nonce: 'n', codeVerifier: 'v', back: '/events/1?a=b&c' };
const attempts = createAttempts({ ...SECRET, name: 'sign-in' });
/** Another cookie of the same service. */
const session = createSignedCookie({ ...SECRET, name: 'session', maxAgeS: 60 });

/** Runs with a request that has this cookie; the cookie that the answer sets. */
async function withCookie(cookie: string, run: (c: Context) => Promise<unknown>): Promise<string> {
  const app = new Hono().get('/', async (c) => c.json((await run(c)) ?? null));
  const response = await app.request('/', { headers: { cookie } });
  expect(response.status).toBe(200);
  return response.headers.get('set-cookie') ?? (await response.text());
}
const begun = async (): Promise<string> =>
  (await withCookie('', (c) => attempts.write(c, ATTEMPT))).split(';')[0] ?? '';
const read = async (cookie: string): Promise<unknown> => JSON.parse(await withCookie(cookie, attempts.read));

afterEach(() => void vi.useRealTimers());

describe('a sign-in that has begun', () => {
  it('is known again by a cookie of the host alone, which no script reads and no other site sends along', async () => {
    const header = await withCookie('', (c) => attempts.write(c, ATTEMPT));
    expect(header).toMatch(/^__Host-sign-in=[^;]+; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(await read(header.split(';')[0] ?? '')).toMatchObject(ATTEMPT);
  });

  it('ends after a quarter of an hour, whatever the browser keeps', async () => {
    const cookie = await begun();
    vi.useFakeTimers({ now: Date.now() + 899_000, toFake: ['Date'] });
    expect(await read(cookie)).not.toBeNull();
    vi.setSystemTime(Date.now() + 2_000);
    expect(await read(cookie)).toBeNull();
  });

  it('is not what was changed, what has ended, or what was signed as something else', async () => {
    const cookie = await begun();
    expect(await read(cookie.replace('%22s%22', '%22t%22'))).toBeNull();
    expect(await read((await withCookie(cookie, attempts.end)).split(';')[0] ?? '')).toBeNull();
    const signedIn = await withCookie('', (c) =>
      session.write(c, JSON.stringify({ ...ATTEMPT, endsAt: Date.now() + 60_000 })),
    );
    expect(await read(signedIn.split(';')[0]?.replace('session', 'sign-in') ?? '')).toBeNull();
    expect(JSON.parse(await withCookie(cookie.replace('sign-in', 'session'), session.read))).toBeNull();
  });
});
