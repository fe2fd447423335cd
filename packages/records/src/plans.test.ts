import { expect, inject, it } from 'vitest';
import { dearPlans } from './testing/plans/plans.js';

it('statements that buyers wait for, and pages of long lists, read no whole table, however many rows it has', async () => {
  const { statements, dear } = await dearPlans(inject('stack'), { sizes: [0, 1_000, 100_000] });
  expect(dear).toEqual([]);
  expect(statements).toBeGreaterThan(50);
}, 120_000);
