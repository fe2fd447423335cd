import { expect, it } from 'vitest';
import { isCardNumber } from './payment-method.js';

it.each(['4242424242424242', '4111-1111-1111-1111', '3782 822463 10005', '6'.repeat(12), '6'.repeat(19)])(
  '%s is a card number',
  (text) => {
    expect(isCardNumber(text)).toBe(true);
  },
);

it.each(['pm_4242424242424242', 'pm_approve', 'ctoken_1', '4111-1111', '6'.repeat(20), ''])('%s is none', (text) => {
  expect(isCardNumber(text)).toBe(false);
});
