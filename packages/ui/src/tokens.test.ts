import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../css/tokens.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = css.split('@media');

/** The colours of a theme by role, each as its relative luminance (WCAG 2.2). */
function luminances(theme: string): ReadonlyMap<string, number> {
  const found = theme.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g);
  return new Map([...found].map(([, role = '', l, c, h]) => [role, luminance(Number(l), Number(c), Number(h))]));
}

/** Björn Ottosson's conversion of OKLab to linear sRGB, whose channels weigh as in WCAG. */
function luminance(lightness: number, chroma: number, hue: number): number {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
  const inside = (channel: number): number => Math.min(1, Math.max(0, channel));
  return 0.2126 * inside(red) + 0.7152 * inside(green) + 0.0722 * inside(blue);
}

const TEXT: readonly (readonly [string, readonly string[]])[] = [
  ['text', ['surface', 'raised', 'sunken', 'accent-soft', 'good-soft', 'warn-soft', 'bad-soft']],
  ['muted', ['surface', 'raised', 'sunken']],
  ['accent', ['surface', 'raised', 'sunken']],
  ['on-accent', ['accent', 'accent-strong']],
  ['good', ['good-soft', 'surface', 'raised']],
  ['warn', ['warn-soft', 'surface', 'raised']],
  ['bad', ['bad-soft', 'surface', 'raised']],
];
const CONTROLS: typeof TEXT = [['control', ['surface', 'raised']]];

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_, theme) => {
  const colours = luminances(theme);
  const contrast = (one: string, other: string): number => {
    const [low = 0, high = 0] = [colours.get(one) ?? 0, colours.get(other) ?? 0].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const pairs = (list: typeof TEXT) => list.flatMap(([one, others]) => others.map((other) => [one, other] as const));

  it('has every role', () => expect([...colours.keys()].sort()).toEqual([...luminances(light).keys()].sort()));
  it.each(pairs(TEXT))('shows text in %s on %s at 4.5 : 1 or more', (one, other) => {
    expect(contrast(one, other)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(pairs(CONTROLS))('shows the outline of controls in %s on %s at 3 : 1 or more', (one, other) => {
    expect(contrast(one, other)).toBeGreaterThanOrEqual(3);
  });
});
