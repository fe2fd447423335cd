import { readFileSync } from 'node:fs';
import { wcagContrast } from 'culori';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accentRules, painted, rolesOf } from './accent.js';
import { lightColours } from './colours.js';

const css = readFileSync(new URL('../css/tokens.css', import.meta.url), 'utf8');

/** The colours of a theme by role, as screens paint them. */
const [, dark] = rolesOf(css).map((roles) => new Map([...roles].map(([role, one]) => [role, painted(one)])));
const THEMES = [
  ['light', lightColours()],
  ['dark', dark ?? new Map<string, string>()],
] as const;

const ACCENT = [
  ['text', ['accent-soft']],
  ['accent', ['surface', 'raised', 'sunken']],
  ['on-accent', ['accent', 'accent-strong']],
] as const;
const TEXT: readonly (readonly [string, readonly string[]])[] = [
  ...ACCENT,
  ['text', ['surface', 'raised', 'sunken', 'good-soft', 'warn-soft', 'bad-soft']],
  ['muted', ['surface', 'raised', 'sunken']],
  ['good', ['good-soft', 'surface', 'raised']],
  ['warn', ['warn-soft', 'surface', 'raised']],
  ['bad', ['bad-soft', 'surface', 'raised']],
];
const CONTROLS: typeof TEXT = [['control', ['surface', 'raised']]];

const pairs = (list: typeof TEXT) => list.flatMap(([one, others]) => others.map((other) => [one, other] as const));
const contrast = (colours: ReadonlyMap<string, string>, one: string, other: string): number =>
  wcagContrast(colours.get(one) ?? '', colours.get(other) ?? '');

describe.each(THEMES)('the %s theme', (_, colours) => {
  it('has every role', () => expect([...colours.keys()].sort()).toEqual([...THEMES[0][1].keys()].sort()));
  it.each(pairs(TEXT))('shows text in %s on %s at 4.5 : 1 or more', (one, other) => {
    expect(contrast(colours, one, other)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(pairs(CONTROLS))('shows the outline of controls in %s on %s at 3 : 1 or more', (one, other) => {
    expect(contrast(colours, one, other)).toBeGreaterThanOrEqual(3);
  });
});

describe('an accent of the organiser', () => {
  /** The colours of both themes with this accent. */
  const themesWith = (colour: string) =>
    accentRules(colour, css)
      .split('@media')
      .map((rules, i) => {
        const changed = [...rules.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, role = '', to = '']) => [role, to]);
        expect(changed).toHaveLength(4);
        return new Map([...(THEMES[i]?.[1] ?? []), ...(changed as [string, string][])]);
      });
  const isReadable = (colour: string): void => {
    for (const theme of themesWith(colour)) {
      for (const [one, other] of pairs(ACCENT)) expect(contrast(theme, one, other)).toBeGreaterThanOrEqual(4.5);
    }
  };

  it.each(['#000000', '#ffffff', '#ffff00', '#00ffff', '#ff0000', '#0000ff', '#808080'])('%s is readable', isReadable);

  it('of any colour is readable in both themes, as text and under text', () => {
    const colours = fc.integer({ min: 0, max: 0xffffff }).map((rgb) => `#${rgb.toString(16).padStart(6, '0')}`);
    fc.assert(fc.property(colours, isReadable), { numRuns: 2_000 });
  });

  it('is the colour itself in the light theme where it is dark enough', () => {
    expect(themesWith('#7a1f3d')[0]?.get('accent')).toBe('#7a1f3d');
  });

  it('is the same in mails as in the light theme', () => {
    expect(lightColours('#ffff00')).toEqual(themesWith('#ffff00')[0]);
  });
});
