/**
 * Text that others wrote (buyers, operators, the payment provider, a server's error) as people may be shown it: on one
 * line, bounded, and with nothing in it that acts on a terminal, reorders what stands beside it, or cannot be seen.
 */
export function oneLine(text: string, maxCharacters = MAX_CHARACTERS): string {
  const shown = text
    .replaceAll(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .replaceAll(UNSEEN, named);
  const characters = [...shown];
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters - 1).join('')}…` : shown;
}

/** As long as the longest reason that is taken. */
const MAX_CHARACTERS = 500;

/**
 * Control characters (ANSI escapes begin with one), format characters (bidirectional overrides, zero width),
 * unpaired surrogates, private characters, and invisible ones. Variation selectors belong to emoji.
 */
const UNSEEN = /(?![\uFE00-\uFE0F])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;

const named = (character: string): string =>
  `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
