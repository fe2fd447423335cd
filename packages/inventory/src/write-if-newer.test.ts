import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createInventory } from './inventory.js';
import { connected } from './testing/connected.js';

const redis = connected();
const { writeIfNewer } = createInventory(redis);
const expiresAtMs = Date.now() + 60_000;
const entry = (key: string, version: number, note = '') => ({
  key,
  version,
  json: JSON.stringify({ note, version }),
  expiresAtMs,
});

describe('writeIfNewer', () => {
  it('writes what expires at its time, and nothing that is past it', async () => {
    const [lasting, past] = [`transaction:${randomUUID()}`, `transaction:${randomUUID()}`];
    const late = { ...entry(past, 1), expiresAtMs: Date.now() - 1 };
    expect(await writeIfNewer([late, entry(lasting, 1)])).toEqual([false, true]);
    expect(await redis.pexpiretime(lasting)).toBe(expiresAtMs);
    expect(await redis.exists(past)).toBe(0);
    const later = { ...entry(lasting, 2), expiresAtMs: expiresAtMs + 5_000 };
    expect(await writeIfNewer([later])).toEqual([true]);
    expect(await redis.pexpiretime(lasting)).toBe(expiresAtMs + 5_000);
  });

  it('keeps the newest of several writers, in whatever order they come', async () => {
    const key = `transaction:${randomUUID()}`;
    expect(await writeIfNewer([entry(key, 2), entry(key, 1), entry(key, 3), entry(key, 3, 'again')])).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(await redis.get(key)).toBe(entry(key, 3).json);
  });

  it('compares the version at the top level only', async () => {
    const key = `event_tickets:${randomUUID()}`;
    const json = JSON.stringify({ note: '"version":9', tickets: [{ version: 9 }], version: 1 });
    expect(await writeIfNewer([{ key, version: 1, json, expiresAtMs }, entry(key, 2)])).toEqual([true, true]);
  });

  it('replaces what is no read model', async () => {
    const keys = ['broken', '[]', '{"version":null}', '7'].map(
      (text) => [`transaction:${randomUUID()}`, text] as const,
    );
    for (const [key, text] of keys) await redis.set(key, text);
    expect(await writeIfNewer(keys.map(([key]) => entry(key, 1)))).toEqual([true, true, true, true]);
  });

  it('does nothing for an empty list and refuses too long a one', async () => {
    expect(await writeIfNewer([])).toEqual([]);
    await expect(writeIfNewer(Array.from({ length: 1_001 }, () => entry('k', 1)))).rejects.toThrow(RangeError);
    await expect(writeIfNewer([entry('k', 1.5)])).rejects.toThrow(RangeError);
  });
});
