import { Hono, type Context } from 'hono';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSessions, DEMO_STAFF, eventsIn, mayWorkAt, type Staff } from './staff.js';

const COOKIES = { secret: 'x'.repeat(32), isSecure: true };
const sessions = createSessions({ ...COOKIES, signIn: 'provider' });
const ANN: Staff = { subject: 'oidc-ann', events: ['1', 'gala'] };

afterEach(() => void vi.useRealTimers());

async function withCookie(cookie: string, run: (c: Context) => Promise<unknown>): Promise<Response> {
  const app = new Hono().get('/', async (c) => c.json((await run(c)) ?? null));
  return app.request('/', { headers: { cookie } });
}
const written = async (staff: Staff): Promise<string> => {
  const header = (await withCookie('', (c) => sessions.write(c, staff))).headers.get('set-cookie');
  return header?.split(';')[0] ?? '';
};
const read = async (cookie: string): Promise<unknown> => (await withCookie(cookie, sessions.read)).json();

describe('the events in a claim', () => {
  it.each([
    [
      ['1', 'gala'],
      ['1', 'gala'],
    ],
    ['gala', ['gala']],
    ['*', 'all'],
    [['1', '*'], 'all'],
    [undefined, []],
    [null, []],
    [[], []],
  ])('%j are %j', (claim, events) => expect(eventsIn(claim)).toEqual(events));

  it.each([[[1]], [['a b']], [''], [{ '*': true }], [true], [Array.from({ length: 51 }, String)]])(
    '%j cannot be read, and gives none',
    (claim) => expect(eventsIn(claim)).toBeNull(),
  );

  it('are those at whose doors the person may work', () => {
    expect(['1', 'gala', '2'].filter((event) => mayWorkAt(ANN, event))).toEqual(['1', 'gala']);
    expect(mayWorkAt({ ...ANN, events: 'all' }, '2')).toBe(true);
    expect(mayWorkAt({ ...ANN, events: [] }, '1')).toBe(false);
  });
});

describe('a session of the staff', () => {
  it.each([ANN, { ...ANN, events: 'all' }, { ...ANN, events: [] }] as const)('is %j in a cookie', async (staff) => {
    expect(await read(await written(staff))).toEqual(staff);
  });

  it('fits into a cookie with as many events as a claim may list', async () => {
    const events = Array.from({ length: 50 }, (_, i) => String(i).padStart(64, 'x'));
    const cookie = await written({ subject: `oidc-${'x'.repeat(43)}`, events });
    expect(cookie.length).toBeLessThan(4_096);
    expect(await read(cookie)).toMatchObject({ events });
  });

  it('ends after a shift, whatever the browser keeps', async () => {
    const now = Date.now();
    vi.useFakeTimers({ now, toFake: ['Date'] });
    const cookie = await written(ANN);
    vi.setSystemTime(now + 12 * 3_600_000 - 2_000);
    expect(await read(cookie)).toEqual(ANN);
    vi.setSystemTime(now + 12 * 3_600_000 + 1_000);
    expect(await read(cookie)).toBeNull();
  });

  it('is one of the sign-in that is set up now', async () => {
    const cookies = [await written(ANN), await written(DEMO_STAFF)];
    const accepted = async (signIn: 'provider' | 'demo' | 'none') => {
      const { read: readNow } = createSessions({ ...COOKIES, signIn });
      const staffOf = async (cookie: string) => (await (await withCookie(cookie, readNow)).json()) as Staff | null;
      return Promise.all(cookies.map(async (cookie) => (await staffOf(cookie))?.subject));
    };
    expect(await accepted('provider')).toEqual([ANN.subject, undefined]);
    expect(await accepted('demo')).toEqual([undefined, DEMO_STAFF.subject]);
    expect(await accepted('none')).toEqual([undefined, undefined]);
  });

  it('is not one that was changed, signed out of, or of an earlier release', async () => {
    const cookie = await written(ANN);
    expect(await read(cookie.replace('gala', '*'))).toBeNull();
    expect(
      await read((await withCookie(cookie, sessions.end)).headers.get('set-cookie')?.split(';')[0] ?? ''),
    ).toBeNull();
    expect(await read(await written({ subject: '', events: [] }))).toBeNull();
  });
});
