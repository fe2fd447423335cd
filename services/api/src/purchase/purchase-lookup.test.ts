import { describe, expect, it } from 'vitest';
import { createPurchaseLookUp, type FindPurchases } from './purchase-lookup.js';

/** A PostgreSQL that has the purchases whose id begins with `known`. */
function records() {
  const queries: number[] = [];
  let inProgress = 0;
  let most = 0;
  const findPurchases: FindPurchases = async (ids) => {
    queries.push(ids.length);
    most = Math.max(most, ++inProgress);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inProgress--;
    if (ids.includes('broken')) throw new Error('Connection terminated');
    return ids.filter((id) => id.startsWith('known')).map((purchaseId) => ({ purchaseId }) as never);
  };
  return { findPurchases, queries, most: () => most };
}

describe('looking purchases up', () => {
  it('gives each caller its own purchase, or none', async () => {
    const lookUp = createPurchaseLookUp(records().findPurchases);
    expect(await Promise.all([lookUp('known 1'), lookUp('unknown'), lookUp('known 2'), lookUp('known 1')])).toEqual([
      { purchaseId: 'known 1' },
      undefined,
      { purchaseId: 'known 2' },
      { purchaseId: 'known 1' },
    ]);
  });

  it('asks for thousands of them in a few queries, few at a time and none too large', async () => {
    const { findPurchases, queries, most } = records();
    const lookUp = createPurchaseLookUp(findPurchases);
    const found = await Promise.all(Array.from({ length: 2_200 }, (_, i) => lookUp(`known ${i}`)));
    expect(found.map((row) => row?.purchaseId)).toEqual(Array.from({ length: 2_200 }, (_, i) => `known ${i}`));
    expect(queries.length).toBeLessThan(8);
    expect(Math.max(...queries)).toBeLessThanOrEqual(500);
    expect(most()).toBe(1);
  });

  it('does not wait for a query that hangs', async () => {
    let calls = 0;
    const { findPurchases } = records();
    const lookUp = createPurchaseLookUp((ids) => (++calls === 1 ? new Promise(() => undefined) : findPurchases(ids)));
    void lookUp('known, and stuck');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await lookUp('known')).toBeDefined();
  });

  it('fails the look-ups of a failed query, and continues', async () => {
    const lookUp = createPurchaseLookUp(records().findPurchases);
    await expect(Promise.all([lookUp('broken'), lookUp('known')])).rejects.toThrow('Connection terminated');
    expect(await lookUp('known')).toBeDefined();
  });

  it('refuses look-ups once too many wait', async () => {
    const never: FindPurchases = () => new Promise(() => undefined);
    const lookUp = createPurchaseLookUp(never);
    for (let i = 0; i < 10_000; i++) void lookUp(String(i));
    await expect(lookUp('one too many')).rejects.toThrow('too many look-ups');
  });
});
