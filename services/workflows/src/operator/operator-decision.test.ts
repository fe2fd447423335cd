import { describe, expect, it } from 'vitest';
import { checkDecision, type RetriedStep } from './operator-decision.js';

const correct = {
  action: 'correct',
  paymentMethod: 'pm_card_visa',
  operator: 'ann',
  reason: 'another card',
} as const;
const authorise = (more: Partial<RetriedStep> = {}): RetriedStep => ({
  name: 'authorise',
  purchaseIds: ['p'],
  cause: 'no answer',
  ...more,
});

describe('another payment method', () => {
  it('is taken while the amount is being authorised', () => {
    expect(() => checkDecision(correct, authorise({ isCorrectable: true }))).not.toThrow();
  });

  it('is refused if it is a card number, which is not repeated', () => {
    const paymentMethod = '4242-4242-4242-4242';
    const decide = () => checkDecision({ ...correct, paymentMethod }, authorise({ isCorrectable: true }));
    expect(decide).toThrow('Never send card numbers');
    expect(decide).not.toThrow(paymentMethod);
  });

  it('is refused before anything is reversed once tickets are recorded with the payment so far', () => {
    expect(() => checkDecision(correct, authorise({ isCorrectable: false }))).toThrow('only retry and compensate');
    expect(() => checkDecision({ ...correct, action: 'compensate' }, authorise())).not.toThrow();
  });
});
