import type { PageEnv, TokenIssuer } from '@box-office/web';
import { Hono } from 'hono';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createGateway } from '../http/gateway.js';
import type { View } from '../http/view.js';
import { moveHolds } from './move-holds.js';

const SESSION = { guest: 'guest-1', user: 'ann' };
const PRICE_MINOR = 2_500;
const held = (holdId: string, amountMinor: number) => ({
  holdId,
  eventId: '1',
  amountMinor,
  taxMinor: 0,
  currency: 'EUR',
  fees: [],
  items: [{ ticketType: 'standard', serials: [1], priceMinor: amountMinor, taxRatePpm: 0 }],
  expiresAt: new Date(Date.now() + 60_000).toISOString(),
});

/** What a fake gateway answers to the buyer who takes a hold, and to who releases one. */
interface Answers {
  /** The status of each try to take the hold; the last one from then on. */
  readonly taking: number[];
  readonly priceMinor?: number;
  /** The status of a release by the guest. */
  readonly releasing?: number;
}

/** Moves the hold of a guest. @returns the buyer's hold, and who has released what by then and later */
async function move({ taking, priceMinor = PRICE_MINOR, releasing = 200 }: Answers) {
  const released: string[] = [];
  const keys: unknown[] = [];
  let status = 0;
  const problem = { type: 'https://example.com/problems/unavailable' };
  const fake = new Hono()
    .get('/api/tickets/holds', (c) => c.json({ holds: [{ ...held('guests', PRICE_MINOR), status: 'active' }] }))
    .post('/api/tickets/holds', (c) => {
      keys.push(c.req.header('idempotency-key'));
      status = taking.shift() ?? status;
      if (status === 503) return c.json(problem, 503);
      if (status === 409) return c.json({ type: 'https://example.com/problems/sold-out' }, 409);
      return status === 202
        ? c.json({ holdId: 'buyers', status: 'open', statusUrl: '/' }, 202)
        : c.json(held('buyers', priceMinor), 201);
    })
    .delete('/api/tickets/holds/:id', (c) => {
      const id = c.req.param('id');
      if (id === 'guests' && releasing === 503) return c.json(problem, 503);
      if (id === 'guests' && releasing === 409)
        return c.json({ type: 'https://example.com/problems/hold-in-use' }, 409);
      // A hold that is open has no row yet.
      if (id === 'buyers' && status !== 201) return c.json({ type: 'https://example.com/problems/unknown-hold' }, 404);
      released.push(id);
      return c.json({ ...held(id, PRICE_MINOR), status: 'released' });
    });
  vi.stubGlobal('fetch', (request: Request) => fake.request(request));
  const tokens = { tokenOf: (subject: string) => Promise.resolve(subject) } as unknown as TokenIssuer;
  const gateway = createGateway({ url: 'http://gateway', tokens });
  let moved: ReadonlyMap<string, string> | undefined;
  const shop = new Hono<PageEnv<View>>().get('/', async (c) => {
    moved = await moveHolds(c, { gateway }, SESSION);
    return c.body(null);
  });
  await shop.request('/');
  return { moved: moved?.get('guests'), released, keys, decide: (next: number) => taking.push(next) };
}

afterEach(() => void vi.unstubAllGlobals());

describe('the hold of a guest who signs in', () => {
  it('is released once the buyer has it, at the same price or a lower one', async () => {
    expect(await move({ taking: [201] })).toMatchObject({ moved: 'buyers', released: ['guests'] });
    expect(await move({ taking: [201], priceMinor: 2_000 })).toMatchObject({ moved: 'buyers', released: ['guests'] });
  });

  it('is released after a while if taking the buyer’s takes longer, by the same request', async () => {
    const { moved, released, keys } = await move({ taking: [202, 503, 201] });
    expect({ moved, released }).toEqual({ moved: 'buyers', released: ['guests'] });
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
  });

  it('stays while it is not known whether the buyer’s is taken, which is released when it is', async () => {
    const { moved, released, decide } = await move({ taking: [202] });
    expect({ moved, released }).toEqual({ moved: undefined, released: [] });
    decide(201);
    await vi.waitFor(() => expect(released).toEqual(['buyers']), 5_000);
  });

  it('stays if the price is a higher one by now', async () => {
    expect(await move({ taking: [201], priceMinor: 3_000 })).toMatchObject({ moved: undefined, released: ['buyers'] });
  });

  it('stays if the buyer cannot have one, and if its purchase has begun', async () => {
    expect(await move({ taking: [409] })).toMatchObject({ moved: undefined, released: [] });
    expect(await move({ taking: [201], releasing: 409 })).toMatchObject({ moved: undefined, released: ['buyers'] });
  });

  it('and the buyer’s are both kept if it is not known whether it was released', async () => {
    expect(await move({ taking: [201], releasing: 503 })).toMatchObject({ moved: 'buyers', released: [] });
  });
});
