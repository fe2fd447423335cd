import { expect, inject, it } from 'vitest';
import { expensivePlans } from './testing/plans/plans.js';

it('statements that buyers wait for, and pages of long lists, read no whole table, however many rows it has', async () => {
  const { statements, expensive } = await expensivePlans(inject('stack'), { sizes: [0, 1_000, 100_000] });
  expect(expensive).toEqual([]);
  expect(statements).toBeGreaterThan(50);
});
