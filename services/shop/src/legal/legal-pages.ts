import type { Language } from '@box-office/contract';
import { readSettingFile } from '@box-office/web';
import MarkdownIt from 'markdown-it';

/** Pages that the operator gives, in the order in which they are linked. */
export const LEGAL_PAGES = ['terms', 'privacy', 'imprint'] as const;
export type LegalPageName = (typeof LEGAL_PAGES)[number];

/** A page elsewhere, or a text that the shop shows. */
type LegalPage = { readonly url: string } | { readonly html: string };

/** Undefined: not given. */
export type LegalPages = Readonly<Record<LegalPageName, Readonly<Record<Language, LegalPage>> | undefined>>;

export interface LegalLink {
  readonly name: LegalPageName;
  readonly href: string;
}

const PLACEHOLDER = '{language}';
/** CommonMark without HTML. It takes no address with a script for a link. */
const markdown = new MarkdownIt('commonmark', { html: false });

/**
 * Reads a setting: an HTTPS address, which may contain `{language}`, or the path of Markdown files, which must.
 *
 * @throws with what is wrong with it
 */
export function readLegalPage(value: string): Readonly<Record<Language, LegalPage>> {
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(value);
  if (hasScheme && !(value.startsWith('https://') && URL.canParse(value))) throw new Error('is no HTTPS address');
  if (!hasScheme && !value.includes(PLACEHOLDER))
    throw new Error(`is no HTTPS address, and no path with ${PLACEHOLDER}`);
  const page = (language: Language): LegalPage => {
    const place = value.replaceAll(PLACEHOLDER, language);
    return hasScheme ? { url: place } : { html: markdown.render(readSettingFile(place).toString()) };
  };
  return { en: page('en'), de: page('de') };
}

/** Where the pages are that are given. */
export const legalLinks = (pages: LegalPages, language: Language): readonly LegalLink[] =>
  LEGAL_PAGES.flatMap((name) => {
    const page = pages[name]?.[language];
    return page === undefined ? [] : [{ name, href: 'url' in page ? page.url : `/${name}` }];
  });
