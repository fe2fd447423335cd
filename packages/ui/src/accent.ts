import { clampChroma, converter, formatHex, wcagContrast } from 'culori';

/** Of text with what it stands on (WCAG 2.2, AA). */
const TEXT_CONTRAST = 4.5;
const LIGHTNESS_STEP = 0.005;

/** In OKLCH. */
interface Colour {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

type Roles = ReadonlyMap<string, Colour>;

/** The colours of both themes by role. @param tokens the text of `tokens.css` */
export function rolesOf(tokens: string): readonly [light: Roles, dark: Roles] {
  const [light = '', dark = ''] = tokens.split('@media');
  const roles = (theme: string): Roles => {
    const found = theme.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g);
    return new Map([...found].map(([, role = '', l, c, h]) => [role, { l: Number(l), c: Number(c), h: Number(h) }]));
  };
  return [roles(light), roles(dark)];
}

/** As screens paint it, `#rrggbb`: with less chroma where they cannot. */
export const painted = (colour: Colour): string => formatHex(clampChroma({ mode: 'oklch', ...colour }, 'oklch'));

const toOklch = converter('oklch');

/**
 * Rules that replace the roles of the accent by those of another colour. Its hue stays; its lightness changes as far as
 * text in the accent, and on it, has to be read.
 *
 * @param colour `#rrggbb`
 */
export function accentRules(colour: string, tokens: string): string {
  const [light, dark] = rolesOf(tokens).map((roles) => declarations(accentOf(colour, roles)));
  return `:root{${light}}@media (prefers-color-scheme: dark){:root{${dark}}}`;
}

const declarations = (roles: Readonly<Record<string, Colour>>): string =>
  Object.entries(roles)
    .map(([role, colour]) => `--${role}: ${painted(colour)};`)
    .join('');

/** Each role of the accent, as far from the given colour as the theme's own is from its accent. */
export function accentOf(colour: string, roles: Roles): Readonly<Record<string, Colour>> {
  const { l = 0, c = 0, h = 0 } = toOklch(colour) ?? {};
  const given = { l, c, h };
  const own = (role: string): Colour => {
    const colour = roles.get(role);
    if (colour === undefined) throw new Error(`there is no colour --${role}`);
    return colour;
  };
  const tinted = (role: string): Colour => ({ ...own(role), c: Math.min(own(role).c, given.c), h: given.h });
  const onAccent = tinted('on-accent');
  const others = [own('surface'), own('raised'), own('sunken'), onAccent].map(painted);
  const isDark = own('accent').l > own('surface').l;
  const isReadable = (accent: Colour): boolean =>
    others.every((other) => wcagContrast(painted(accent), other) >= TEXT_CONTRAST);
  // Colours of paper glow on a dark screen: they begin as light as the theme's own.
  let accent = isDark ? { ...given, l: Math.max(given.l, own('accent').l) } : given;
  while (!isReadable(accent)) accent = { ...accent, l: accent.l + (isDark ? LIGHTNESS_STEP : -LIGHTNESS_STEP) };
  const strongL = accent.l + own('accent-strong').l - own('accent').l;
  return {
    accent,
    'accent-strong': { ...accent, l: Math.min(1, Math.max(0, strongL)) },
    'accent-soft': tinted('accent-soft'),
    'on-accent': onAccent,
  };
}
