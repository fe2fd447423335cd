import { describe, expect, it } from 'vitest';
import { logger } from '../testing/gateway.js';
import { createInventoryRebuilder } from './inventory-rebuilder.js';

describe('rebuilding an inventory', () => {
  it('happens once for all requests that need it, a few events at a time, and survives a failure', async () => {
    const rebuilt: string[] = [];
    const rebuilder = createInventoryRebuilder({
      rebuild: async (eventId) => {
        rebuilt.push(eventId);
        throw new Error('unavailable');
      },
      logger,
    });
    for (const eventId of ['1', '1', '2', '3', '4', '5', '1']) rebuilder.rebuild(eventId);
    await new Promise((resolve) => setImmediate(resolve));
    expect(rebuilt).toEqual(['1', '2', '3', '4']);
  });
});
