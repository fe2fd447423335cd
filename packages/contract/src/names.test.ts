import { describe, expect, it } from 'vitest';
import { nameFault, normaliseName, normalisePersonName, normaliseText, personNameFault, textFault } from './names.js';

describe('a name', () => {
  it.each([
    ['Standard ', 'Standard'],
    ['  Front   row\u00A0A ', 'Front row A'],
    ['Zu\u0308rich', 'Z\u00FCrich'],
    ['\uFEFFVIP', 'VIP'],
  ])('%j is kept as %j', (given, kept) => {
    expect(normaliseName(given)).toBe(kept);
  });

  it.each(['Great Hall', 'Zénith', '東京ドーム', 'قاعة', 'Family 👨‍👩‍👧 ❤️', 'Ben 👩🏽‍🎤', 'A-B_c (d) & "e"'])(
    '%j is taken',
    (name) => {
      expect(nameFault(name)).toBeNull();
    },
  );

  it.each([
    ['Gala\nConcert', 'a line break (U+000A)'],
    ['Gala\u2028Concert', 'a line break (U+2028)'],
    ['nul \0', 'a control character (U+0000)'],
    ['Gala\u202Exe.txt', 'a character that changes the direction of writing (U+202E)'],
    ['Gala\u2066x', 'a character that changes the direction of writing (U+2066)'],
    ['Stan\u200Bdard', 'an invisible character (U+200B)'],
    ['Standard\u200D', 'an invisible character (U+200D)'],
    ['Stan\u00ADdard', 'an invisible character (U+00AD)'],
    ['\u3164', 'an invisible character (U+3164)'],
    ['Stan\u{E0041}dard', 'an invisible character (U+E0041)'],
    ['half \uD83C', 'half of a character (U+D83C)'],
    ['private \uE000', 'a character without a meaning (U+E000)'],
  ])('%j is refused, and told which character it is', (name, reason) => {
    expect(nameFault(name)).toBe(`It contains ${reason}.`);
  });
});

describe('the name of a person', () => {
  it.each([
    ['علی\u200Cرضا', 'علی\u200Cرضا'],
    ['ශ\u200D්\u200Dරී', 'ශ\u200D්\u200Dරී'],
    ['\u200Fعلی\u200F ', 'علی'],
    [' Ann   Lee\u200E', 'Ann Lee'],
  ])('%j is kept with the joiners that it needs', (given, kept) => {
    expect(personNameFault(given)).toBeNull();
    expect(normalisePersonName(given)).toBe(kept);
  });

  it('is refused with a character that misleads, and empty with nothing but joiners', () => {
    expect(personNameFault('Ann\u202Eeel')).toContain('U+202E');
    expect(personNameFault('Ann\u200BLee')).toContain('U+200B');
    expect(normalisePersonName('\u200C\u200F')).toBe('');
  });
});

describe('a text', () => {
  it('keeps its lines, and the joiners without which some scripts cannot be written', () => {
    const text = 'First\n\n\tsecond  line می\u200Cخواهم';
    expect(textFault(text)).toBeNull();
    expect(normaliseText(` ${text}\r\n`)).toBe(text);
  });

  it('is refused with characters that hide or turn what it says', () => {
    expect(textFault('a\u202Eb')).toContain('U+202E');
    expect(textFault('a\u200Bb')).toContain('U+200B');
    expect(textFault('a\u0007b')).toContain('U+0007');
  });
});
