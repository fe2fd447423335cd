import { describe, expect, it } from 'vitest';
import { aboutEvent, bounded, candidatesOf, type Discrepancy, type Repair } from './discrepancy.js';

const discrepancy = (subject: string, repair: Repair): Discrepancy => ({
  ...aboutEvent('1', 'duplicate', subject),
  expected: 0,
  found: 1,
  cause: 'a test',
  action: 'a test',
  repair,
});

/** More than a workflow carries, all of which wait for an operator. */
const HANDED_OVER = Array.from({ length: 150 }, (_, i) => discrepancy(`audit log ${i}`, { kind: 'hand_over' }));
const REPAIRABLE = discrepancy('ledger', { kind: 'correct_ledger', purchaseId: null });

describe('what can be repaired', () => {
  it('is checked again, however many wait for an operator', () => {
    const subjects = candidatesOf([...HANDED_OVER, REPAIRABLE]).map(({ subject }) => subject);
    expect(subjects[0]).toBe('ledger');
    expect(subjects).toHaveLength(100);
  });

  it('is recorded, however many wait for an operator', () => {
    const found = bounded([...HANDED_OVER, REPAIRABLE]);
    expect(found[0]).toBe(REPAIRABLE);
    expect(found).toHaveLength(50);
  });
});
