import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { constants, brotliCompress, gzipSync, type InputType } from 'node:zlib';
import { accentRules } from './accent.js';
import { readCss } from './css.js';
import type { Logo } from './logo.js';

const brotli = promisify(brotliCompress) as (data: InputType, o: object) => Promise<Buffer>;
const FOLDER = '/assets/';
const SVG = 'image/svg+xml';
/** Compressed by themselves. */
const IS_PACKED = /^font\/|^image\/png$/;
/** A file's address changes with its content, so that it may be kept for as long as there is an address to it. */
const CACHE_CONTROL = 'public, max-age=31536000, immutable';
/** A picture that is opened by itself is a document: it runs nothing and loads nothing. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** A file as browsers get it. `name` is what pages call it. */
export interface AssetFile {
  readonly name: string;
  readonly contentType: string;
  readonly content: string | Uint8Array;
}

/** Files that are served from the page's own origin, under addresses that contain a hash of their content. */
export interface Assets {
  /** @throws for a name that was not given */
  url(name: string): string;
  /** The answer to a request for the path; null if it is none of the files. */
  answer(path: string, acceptEncoding: string | undefined): Response | null;
}

interface Stored {
  readonly contentType: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly packed: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** Compresses each file once. Names have an extension. */
export async function createAssets(files: readonly AssetFile[]): Promise<Assets> {
  const urls = new Map<string, string>();
  const stored = new Map<string, Stored>();
  for (const { name, contentType, content } of files) {
    const plain = new Uint8Array(Buffer.from(content));
    const url = urlOf(name, plain);
    urls.set(name, url);
    stored.set(url, { contentType, plain, packed: IS_PACKED.test(contentType) ? new Map() : await pack(plain) });
  }
  return {
    url(name) {
      const url = urls.get(name);
      if (url === undefined) throw new Error(`there is no asset ${name}`);
      return url;
    },
    answer(path, acceptEncoding = '') {
      const file = stored.get(path);
      if (file === undefined) return null;
      const [encoding, body] = [...file.packed].find(([one]) => acceptEncoding.includes(one)) ?? [];
      return new Response(body ?? file.plain, {
        headers: {
          'Content-Type': file.contentType,
          'Cache-Control': CACHE_CONTROL,
          ...(file.contentType === SVG && { 'Content-Security-Policy': PICTURE_POLICY }),
          ...(file.packed.size > 0 && { Vary: 'Accept-Encoding' }),
          ...(encoding !== undefined && { 'Content-Encoding': encoding }),
        },
      });
    },
  };
}

function urlOf(name: string, content: Uint8Array): string {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 12);
  return `${FOLDER}${name.replace(/(\.\w+)$/, `.${hash}$1`)}`;
}

/** Best first. */
async function pack(plain: Uint8Array): Promise<Stored['packed']> {
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  return new Map([
    ['br', new Uint8Array(await brotli(plain, best))],
    ['gzip', new Uint8Array(gzipSync(plain, { level: 9 }))],
  ]);
}

const IMPORT = /(?<=\bfrom ['"])[^'"]*?([\w-]+)(?:\.js)?(?=['"])/g;

/**
 * Modules that import each other by name, with the addresses at which they are served in place of the names.
 *
 * @param modules each after those that it imports; `./a.js` and `@box-office/contract/a` are both `a.js`
 * @throws for an import that is none of them
 */
export function moduleFiles(modules: readonly { readonly name: string; readonly content: string }[]): AssetFile[] {
  const urls = new Map<string, string>();
  return modules.map(({ name, content }) => {
    const linked = content.replace(IMPORT, (specifier, imported: string) => {
      const url = urls.get(`${imported}.js`);
      if (url === undefined) throw new Error(`${name} imports ${specifier}, which is not among the modules before it`);
      return url;
    });
    urls.set(name, urlOf(name, Buffer.from(linked)));
    return { name, contentType: 'text/javascript; charset=utf-8', content: linked };
  });
}

const require = createRequire(import.meta.url);

export const FONT = 'instrument-sans.woff2';
export const STYLES = 'styles.css';
export const ICON = 'icon.svg';
const ICON_COLOUR = '#2550b8';

/** What pages show of the organiser besides the name. */
export interface Brand {
  /** `#rrggbb` */
  readonly accent: string | undefined;
  readonly logo: Logo | undefined;
}

/**
 * What every page has: the font, the icon, and one style sheet, to which a service adds its own rules, in the organiser's
 * colour and with the logo.
 */
export function sharedFiles(ownCss: string, { accent, logo }: Partial<Brand> = {}): readonly AssetFile[] {
  const file = require.resolve('@fontsource-variable/instrument-sans/files/instrument-sans-latin-wght-normal.woff2');
  const content = new Uint8Array(readFileSync(file));
  const tokens = readCss('tokens');
  const ownAccent = accent === undefined ? '' : accentRules(accent, tokens);
  const sheet = [
    tokens,
    ownAccent,
    readCss('base').replace('{{font}}', urlOf(FONT, content)),
    readCss('components'),
    ownCss,
  ];
  const icon = readFileSync(new URL('../icon.svg', import.meta.url), 'utf8');
  return [
    { name: FONT, contentType: 'font/woff2', content },
    { name: ICON, contentType: SVG, content: icon.replace(ICON_COLOUR, accent ?? ICON_COLOUR) },
    { name: STYLES, contentType: 'text/css; charset=utf-8', content: minified(sheet.join('\n')) },
    ...(logo === undefined ? [] : [logo]),
  ];
}

/** Without comments and white space that means nothing. No style of ours has them within a quoted text. */
const minified = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,]) ?/g, '$1')
    .replaceAll(/;}/g, '}')
    .trim();
