/**
 * What people write, as it is kept and compared: composed (NFC), without white space at its ends, and with one space where
 * there are several, of whatever kind. Two names that look the same apart from that are the same.
 */
export const normaliseName = (text: string): string => text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();

/** Marks of direction, which keyboards of right-to-left scripts put around what they write. */
const MARKS_AT_ENDS = /^[\s\u061C\u200E\u200F]+|[\s\u061C\u200E\u200F]+$/gu;
/** The name of a person. Nothing is compared with it, so it keeps the joiners that its spelling needs. */
export function normalisePersonName(text: string): string {
  const name = normaliseName(text.replaceAll(MARKS_AT_ENDS, ''));
  return name.replaceAll(JOINERS, '') === '' ? '' : name;
}

/** The same for text of several lines, whose inner white space is its writer's. */
export const normaliseText = (text: string): string => text.normalize('NFC').replaceAll(/\r\n?/g, '\n').trim();

/** Joins emoji to one; what stands between other characters is invisible. */
const EMOJI_JOINER = /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})/gu;
/** Choose between text and emoji form of the character before. */
const EMOJI_FORM = /(?<=[\p{Emoji}\u20E3])[\uFE0E\uFE0F]/gu;
/** Joiners without which some scripts cannot be written: allowed in running text, not in names, which are compared. */
const JOINERS = /[\u200C\u200D]/g;

const BIDIRECTIONAL = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
const LINE_BREAK = /[\n\r\v\f\u0085\u2028\u2029]/u;
const CONTROL = /\p{Cc}/u;
const HALF_CHARACTER = /\p{Cs}/u;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/u;
const UNASSIGNED = /[\p{Co}\p{Noncharacter_Code_Point}]/u;

/** From the one that says most to the one that says least. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [LINE_BREAK, 'a line break'],
  [HALF_CHARACTER, 'half of a character'],
  [CONTROL, 'a control character'],
  [BIDIRECTIONAL, 'a character that changes the direction of writing'],
  [INVISIBLE, 'an invisible character'],
  [UNASSIGNED, 'a character without a meaning'],
];

/** Why a name cannot be shown or compared safely: a sentence that names the character; null if it can be. */
export const nameFault = (name: string): string | null =>
  faultIn(name.replaceAll(EMOJI_JOINER, '').replaceAll(EMOJI_FORM, ''));

/** The same for the name of a person, in which joiners may stand. */
export const personNameFault = (name: string): string | null =>
  nameFault(name.replaceAll(MARKS_AT_ENDS, '').replaceAll(JOINERS, ''));

/** The same for text of several lines, in which line breaks, tabs and joiners may stand. */
export const textFault = (text: string): string | null =>
  faultIn(
    text
      .replaceAll(/[\n\r\t]/g, '')
      .replaceAll(JOINERS, '')
      .replaceAll(EMOJI_FORM, ''),
  );

function faultIn(text: string): string | null {
  for (const [pattern, what] of FAULTS) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return `It contains ${what} (${codePoint(found)}).`;
  }
  return null;
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
