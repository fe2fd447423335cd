import { LANGUAGES, type Language } from '@box-office/contract';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { parseAccept } from 'hono/utils/accept';
import { createFormats, type Formats } from '@box-office/contract/formats';
import { localPath } from './requests.js';

const COOKIE = 'language';
const YEAR_S = 31_536_000;

/** The texts of a service in one language, with the formats of that language. */
export interface Words<Texts> {
  readonly language: Language;
  readonly t: Texts;
  readonly f: Formats;
}

/** What a text of another language must be like. */
export type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : T extends readonly string[]
      ? readonly string[]
      : { readonly [K in keyof T]: Widened<T[K]> };

/** A service's texts by language. */
export function createWords<Texts>(texts: Readonly<Record<Language, Texts>>): (language: Language) => Words<Texts> {
  const of = (language: Language) => ({ language, t: texts[language], f: createFormats(language) });
  const words: Readonly<Record<Language, Words<Texts>>> = { en: of('en'), de: of('de') };
  return (language) => words[language];
}

const isLanguage = (text: string | undefined): text is Language => LANGUAGES.some((one) => one === text);

/** The chosen language, else the best that the browser accepts, else English. */
export function chooseLanguage(chosen: string | undefined, acceptLanguage: string | undefined): Language {
  if (isLanguage(chosen)) return chosen;
  const accepted = parseAccept(acceptLanguage ?? '').toSorted((a, b) => b.q - a.q);
  return accepted.map(({ type }) => type.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

/** The language of a request. */
export const languageOf = (c: Context): Language =>
  chooseLanguage(getCookie(c, COOKIE), c.req.header('accept-language'));

/** Takes the form that chooses a language, and goes back to the page on which it was. */
export async function changeLanguage(c: Context): Promise<Response> {
  const { language, back } = await c.req.parseBody();
  const chosen = typeof language === 'string' ? language : undefined;
  if (isLanguage(chosen)) setCookie(c, COOKIE, chosen, { path: '/', maxAge: YEAR_S, sameSite: 'Lax', httpOnly: true });
  return c.redirect(localPath(back), 303);
}
