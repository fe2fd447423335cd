import { describe, expect, it } from 'vitest';
import { createFormats } from '@box-office/contract/formats';
import { chooseLanguage } from './languages.js';
import { localPath } from './requests.js';

describe('the language', () => {
  it.each([
    [undefined, undefined, 'en'],
    [undefined, 'fr-FR, de-AT;q=0.9, en;q=0.8', 'de'],
    [undefined, 'en;q=0.3, de;q=0.7', 'de'],
    [undefined, 'fr', 'en'],
    ['de', 'en', 'de'],
    ['xx', 'de', 'de'],
  ])('for the choice %s and the browser’s %s is %s', (chosen, accepted, language) => {
    expect(chooseLanguage(chosen, accepted)).toBe(language);
  });

  it.each([
    ['en', 'Europe/Paris', 'Central European Time'],
    ['de', 'Europe/Paris', 'Mitteleuropäische Zeit'],
    ['en', 'America/New_York', 'Eastern Time'],
  ])('in %s, names the zone %s %s, in summer and in winter', (language, zone, name) => {
    for (const month of ['01', '07'])
      expect(createFormats(language).zone(`2035-${month}-01T18:00:00Z`, zone)).toBe(name);
  });

  it('writes amounts with the decimals of their currency', () => {
    expect(createFormats('en').money(9_000, 'EUR').replace('\u00a0', ' ')).toBe('EUR 90.00');
    expect(createFormats('de').money(123_456, 'EUR').replace('\u00a0', ' ')).toBe('1.234,56 EUR');
    expect(createFormats('en').money(4_800, 'JPY').replace('\u00a0', ' ')).toBe('JPY 4,800');
  });
});

describe('the page to go back to', () => {
  it.each([
    ['/events/1?more=1', '/events/1?more=1'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['https://evil.example', '/'],
    [undefined, '/'],
  ])('%j is %s', (given, path) => expect(localPath(given)).toBe(path));
});
