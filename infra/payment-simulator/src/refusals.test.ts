import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSimulator, type Simulation } from './testing/simulation.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await openSimulator();
});
afterAll(() => simulation.close());

describe('a payment method that was used before without a customer', () => {
  it('is declined, and nothing is authorised with it', async () => {
    const p = simulation.purchase('pm_card_usedBefore');
    expect(await p.authorise()).toMatchObject({
      kind: 'declined',
      reason: 'invalid_payment_method',
      declineCode: expect.stringContaining('may not be used again') as string,
    });
    expect(await p.lookUp()).toEqual({ kind: 'not_found' });
    expect(await p.reverse()).toEqual({ kind: 'reversed' });
  });
});

describe('an authorisation that the bank has released before its capture', () => {
  it('is not captured, is voided, and keeps no money', async () => {
    const p = simulation.purchase('pm_capture_expired');
    const id = await p.authorised();
    expect(await p.capture(id)).toEqual({ kind: 'refused', reason: 'expired' });
    expect(await p.capture(id)).toEqual({ kind: 'refused', reason: 'expired' });
    expect(await p.void(id)).toEqual({ kind: 'voided' });
    expect(await p.capture(id, 'another key')).toEqual({ kind: 'refused', reason: 'voided' });
    expect(await p.lookUp()).toMatchObject({ state: 'voided', capturedMinor: 0 });
  });
});
