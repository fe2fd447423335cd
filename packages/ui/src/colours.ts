import { accentOf, painted, rolesOf } from './accent.js';
import { readCss } from './css.js';

/**
 * The light theme's colours by role, as `#rrggbb`, for mails: their programs know no variables and no OKLCH.
 *
 * @param accent the organiser's colour
 */
export function lightColours(accent?: string): ReadonlyMap<string, string> {
  const [light] = rolesOf(readCss('tokens'));
  const own = accent === undefined ? [] : Object.entries(accentOf(accent, light));
  return new Map([...light, ...own].map(([role, colour]) => [role, painted(colour)]));
}
