import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { IDENTIFIERS, PARTS, PHRASES, PREFIXES } from './old-words.mjs';
import { inRoot } from './paths.mjs';
import { codeOnly } from './code-only.mjs';

/**
 * Checks the words of all text files, and the Markdown pages. Prints one line per fault and exits with 1 if there is one.
 *
 * - Old words (old-words.mjs): as identifiers in code, as parts of file names, and as phrases in any text.
 * - Markdown: lines of prose have at most 120 characters, paragraphs six lines; links, anchors and named paths exist.
 * - ARCHITECTURE.md has at most 200 lines.
 * - The file that a row of the glossary names, or its name, has the term.
 */

const MAX_LINE = 120;
const MAX_PARAGRAPH_LINES = 6;
const MAX_ARCHITECTURE_LINES = 200;
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.git', '.local', 'histories']);
/** They name the old words. */
const GLOSSARY = 'docs/glossary.md';
const ABOUT_OLD_WORDS = new Set(['infra/bootstrap/old-words.mjs', GLOSSARY]);
const SKIPPED_FILES = new Set(['package-lock.json', 'LICENSE']);
const CODE = new Set(['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.sql', '.lua']);
const TEXT = new Set([...CODE, '.md', '.json', '.yaml', '.yml', '.sh', '.example', '']);

/** @typedef {{ file: string, line: number, text: string }} Fault */

function main() {
  const files = listFiles('.').filter((file) => !SKIPPED_FILES.has(file));
  const faults = files.flatMap((file) => [
    ...faultsOfName(file),
    ...faultsIn(file, readFileSync(inRoot(file), 'utf8')),
  ]);
  for (const { file, line, text } of faults) process.stdout.write(`${file}:${line}: ${text}\n`);
  if (faults.length > 0) process.stdout.write(`${faults.length} old words and faults of documentation\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

/** @returns {string[]} the text files below a folder, by their paths from the root */
function listFiles(folder) {
  return readdirSync(inRoot(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : listFiles(path);
    return entry.isFile() && TEXT.has(extname(entry.name)) ? [path] : [];
  });
}

/** @returns {Fault[]} */
function faultsIn(file, text) {
  const faults = [];
  if (!ABOUT_OLD_WORDS.has(file)) {
    if (CODE.has(extname(file))) faults.push(...oldIdentifiers(file, text));
    faults.push(...oldPhrases(file, text));
  }
  if (extname(file) === '.md') faults.push(...faultsOfMarkdown(file, text));
  if (file === GLOSSARY) faults.push(...termsWithoutPlace(text));
  return faults;
}

/** @returns {Fault[]} */
function faultsOfName(file) {
  if (ABOUT_OLD_WORDS.has(file)) return [];
  const words = wordsOf(file.replaceAll(/box-office|look-up/g, ''));
  const found = words.flatMap((word) => (Object.hasOwn(IDENTIFIERS, word) ? [[word, IDENTIFIERS[word]]] : []));
  return [...found, ...oldParts(words)].map(([word, instead]) => fault(file, 1, `file name: ${word}`, instead));
}

/** @returns {Fault[]} */
function oldIdentifiers(file, text) {
  const faults = [];
  const code = codeOnly(text, extname(file));
  for (const [index, line] of code.split('\n').entries()) {
    for (const [name] of line.matchAll(/[A-Za-z_$][\w$]*/g)) {
      const found = oldName(name);
      if (found) faults.push(fault(file, index + 1, name, found));
    }
  }
  return faults;
}

/** @returns {string | undefined} what to say instead */
function oldName(name) {
  if (Object.hasOwn(IDENTIFIERS, name)) return IDENTIFIERS[name];
  for (const [prefix, instead] of Object.entries(PREFIXES)) {
    // `maxStartMs`, not `longestest`: a lower-case prefix ends before a capital.
    const next = name.charAt(prefix.length);
    if (name.startsWith(prefix) && (prefix.endsWith('_') || (next !== '' && next === next.toUpperCase())))
      return instead;
  }
  return oldParts(wordsOf(name))[0]?.[1];
}

/** @returns {string[]} the words of an identifier or a path, in lower case */
function wordsOf(name) {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return words
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

/** @returns {[string, string][]} the old parts among the words of a name, each with what to say instead */
function oldParts(words) {
  const found = [];
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= Math.min(words.length, from + 3); to++) {
      const part = words.slice(from, to).join('');
      if (Object.hasOwn(PARTS, part)) found.push([part, PARTS[part]]);
    }
  }
  return found;
}

const SPACE = String.raw`(?:[ \t]|\r?\n[ \t]*(?:\*|//|--|#|>)?[ \t]*)+`;
const PATTERNS = PHRASES.map(([phrase, instead]) => ({
  pattern: new RegExp(String.raw`(?<![\w-])(?:${phrase.replaceAll(' ', SPACE)})(?![\w-])`, 'gi'),
  instead,
}));

/** @returns {Fault[]} */
function oldPhrases(file, text) {
  return PATTERNS.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map(({ 0: found, index }) =>
      fault(file, text.slice(0, index).split('\n').length, found.replaceAll(/\s+/g, ' '), instead),
    ),
  );
}

/** @returns {Fault[]} */
function faultsOfMarkdown(file, text) {
  const faults = longParagraphs(file, text);
  const lines = text.split('\n');
  if (file === 'ARCHITECTURE.md' && lines.length > MAX_ARCHITECTURE_LINES + 1) {
    faults.push(fault(file, lines.length, `${lines.length} lines`, `at most ${MAX_ARCHITECTURE_LINES}`));
  }
  let isCode = false;
  for (const [index, line] of lines.entries()) {
    if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
    else if (!isCode) {
      faults.push(...missingPaths(file, line).map((path) => fault(file, index + 1, path, 'a path that exists')));
      const prose = line.replace(/\]\([^)]*\)/g, ']').replace(/https?:\/\/\S+/g, '');
      if (!line.startsWith('|') && prose.length > MAX_LINE) {
        faults.push(fault(file, index + 1, `${prose.length} characters`, `at most ${MAX_LINE} in a line of prose`));
      }
    }
  }
  return faults;
}

/** Lines that begin with a word: no list, table, heading or code. */
const LONG_PARAGRAPH = new RegExp(
  String.raw`(?:^(?!\d+\. |\* )[\p{L}\p{N}*_\[("'\x60].*\n){${MAX_PARAGRAPH_LINES + 1},}`,
  'gmu',
);

/** @returns {Fault[]} */
function longParagraphs(file, text) {
  const prose = text.replace(/^(```|~~~)[^]*?^\1/gm, (code) => code.replace(/.+/g, ''));
  return [...prose.matchAll(LONG_PARAGRAPH)].map(({ index }) =>
    fault(file, prose.slice(0, index).split('\n').length, 'a long paragraph', `at most ${MAX_PARAGRAPH_LINES} lines`),
  );
}

/** Folders below which ARCHITECTURE.md names files in its walk through a purchase. */
const WALKED = ['services/api/src', 'services/workflows/src', 'packages/database/src'];

/** @returns {string[]} links, their anchors, and paths in back quotes, that do not exist */
function missingPaths(file, line) {
  const missing = [];
  for (const [, path = '', anchor = ''] of line.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
    const target = path === '' ? inRoot(file) : resolve(dirname(inRoot(file)), path);
    if (!existsSync(target)) missing.push(path);
    else if (anchor !== '' && !headingsOf(target).includes(anchor)) missing.push(`${path}#${anchor}`);
  }
  for (const [, path = ''] of line.matchAll(/`([a-z][\w-]*\/[\w./-]+)(?:#[\w-]*)?`/g)) {
    const isOfRepository = /^(?:docs|infra|packages|services|test)\//.test(path);
    const isWalked = file === 'ARCHITECTURE.md' && path.endsWith('.ts');
    // A folder ends with a slash, a file has an extension; anything else may be a command or a pattern.
    const isPath = path.endsWith('/') || extname(path) !== '';
    if (!isPath || path.includes('/dist/') || !(isOfRepository || isWalked)) continue;
    const folders = isWalked ? ['.', ...WALKED] : ['.'];
    if (!folders.some((folder) => existsSync(inRoot(folder, path)))) missing.push(path);
  }
  return missing;
}

/** Endings that a term may have in the text, or leave out. */
const ENDING = /(?:ation|able|ing|ed|es|e|s)$/;

/** @returns {Fault[]} the rows of the glossary whose term is neither in the named file nor in its name */
function termsWithoutPlace(text) {
  return text.split('\n').flatMap((line, index) => {
    const [, terms = '', , where = ''] = line.split('|');
    const path = /`([^`]+)`/.exec(where)?.[1];
    if (path === undefined || !existsSync(inRoot(path))) return [];
    const place = ` ${wordsOf(`${basename(path)} ${readFileSync(inRoot(path), 'utf8')}`).join(' ')}`;
    const missing = terms
      .split(',')
      .filter((term) => !wordsOf(term).every((word) => place.includes(` ${stemOf(word)}`)));
    return missing.map((term) => fault(GLOSSARY, index + 1, term.trim(), `a file that has the term; ${path} has not`));
  });
}

const stemOf = (word) => word.replace(ENDING, '');

/** @returns {string[]} the anchors of a page's headings, as GitHub makes them */
function headingsOf(path) {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** @returns {Fault} */
const fault = (file, line, found, instead) => ({ file, line, text: `${found} → ${instead}` });

main();
