import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openEventFixture, type EventFixture } from '../cancellations/testing/event-fixture.js';
import { listEventPurchases } from './event-purchases.js';

let fixture: EventFixture;

beforeAll(async () => {
  fixture = await openEventFixture(inject('stack'));
});
afterAll(() => fixture.close());

async function listed(changedSince: string | null, limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null; ;) {
    const page = await listEventPurchases(fixture.pool, { eventId: fixture.eventId, changedSince, after, limit });
    expect(page.ids.length).toBeLessThanOrEqual(limit);
    found.push(...page.ids);
    if (page.next === null) return found;
    after = page.next;
  }
}

it('the purchases of an event are listed page after page to the last, those that changed among thousands too', async () => {
  await fixture.pool.query(
    `insert into event_ticket_transactions (id, transaction_id, fingerprint, user_id, event_id, items, amount_minor, currency,
            payment_method, request_id, status, outcome, created_at, updated_at, owner_workflow_id, owner_run_id)
     select gen_random_uuid(), 'OLD-' || n, 'f', 'ann', $1, '[]', 0, 'EUR', 'pm', 'r', 'refused', '{"kind": "refused"}',
            now() - make_interval(days => 1, secs => n), now() - interval '1 day', 'w', 'r'
       from generate_series(1, 12000) as n`,
    [fixture.eventId],
  );
  const since = new Date(Date.now() - 60_000).toISOString();
  const changed = [];
  for (let n = 0; n < 5; n++) changed.push((await fixture.claimed()).purchaseId);
  expect(await listed(since, 2)).toEqual(changed);
  expect(await listed(since, 5)).toEqual(changed);
  const all = await listed(null, 500);
  expect(new Set(all).size).toBe(12_005);
  expect(all.slice(-5)).toEqual(changed);
});
