import { parseAccept } from 'hono/utils/accept';
import { de } from './de.js';
import { en, type Texts } from './en.js';
import { createFormats, type Formats } from './formats.js';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Words {
  readonly language: Language;
  readonly t: Texts;
  readonly f: Formats;
}

const words: Readonly<Record<Language, Words>> = {
  en: { language: 'en', t: en, f: createFormats('en') },
  de: { language: 'de', t: de, f: createFormats('de') },
};

export const wordsOf = (language: Language): Words => words[language];

export const isLanguage = (text: string | undefined): text is Language => LANGUAGES.some((one) => one === text);

/** The chosen language, else the best that the browser accepts, else English. */
export function chooseLanguage(chosen: string | undefined, acceptLanguage: string | undefined): Language {
  if (isLanguage(chosen)) return chosen;
  const accepted = parseAccept(acceptLanguage ?? '').toSorted((a, b) => b.q - a.q);
  return accepted.map(({ type }) => type.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}
