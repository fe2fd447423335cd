import { CountsWrong } from '../checking/sale.js';
import { countInventory } from '../checking/counts.js';
import type { LuaJob, LuaResult } from '../baselines/jobs.js';
import type { Measured } from '../load/recorder.js';
import type { BenchHarness } from '../bench-harness.js';

const TIMEOUT_MS = 180_000;
const TICKETS = 1_000_000;

/** Measures reservations only: the capacity script, called for one purchase at a time. */
export async function measureLua(
  harness: BenchHarness,
  o: { readonly concurrency: number; readonly warmUpMs: number; readonly measureMs: number },
): Promise<Measured> {
  const eventIds = await harness.createEvents(1, TICKETS);
  const [eventId = ''] = eventIds;
  const { rows } = await harness.pool.query<{ generation: string }>(
    'select generation from event_inventory where event_id = $1',
    [eventId],
  );
  const caller = harness.startHelper<LuaJob, LuaResult>('lua-caller');
  try {
    const { redisUrl } = harness.bench.stack.addresses;
    const job = { redisUrl, eventId, generation: Number(rows[0]?.generation), ...o };
    const { measured, reserved, distinctSerials } = await caller.run(job, { timeoutMs: TIMEOUT_MS });
    const { available, held } = await countInventory(harness.redis, eventIds);
    if (reserved !== distinctSerials || available !== TICKETS || held !== 0) {
      throw new CountsWrong([
        `${reserved} reservations took ${distinctSerials} distinct serials; after their release, ${available} of ${TICKETS} are ` +
          `available and ${held} held`,
      ]);
    }
    return measured;
  } finally {
    await caller.stop();
  }
}
