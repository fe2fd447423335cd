import { expect, it } from 'vitest';
import { wordsOf } from './languages.js';

it('has the words that German law asks for on the button that pays', () => {
  expect(wordsOf('de').t.checkout.pay('')).toBe('Zahlungspflichtig bestellen');
});
