/**
 * The code of a file: comments and the texts of strings become spaces, line breaks stay. Expressions in template literals
 * are code.
 *
 * @param {string} text
 * @param {string} extension as `.ts`
 */
export function codeOnly(text, extension) {
  if (extension === '.sql' || extension === '.lua') return blank(text, SCRIPT);
  return withoutTemplates(text);
}

/** SQL and Lua: comments and quoted texts. */
const SCRIPT = /--\[\[[\s\S]*?\]\]|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.|'')*'|"(?:[^"\\\n]|\\.)*"/g;

/** A slash begins a regular expression after an operator, an opening bracket or `return`; else it divides. */
const COMMENTS_AND_TEXTS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|(?<=(?:[=(,:;!&|?{}[\]+\n]|=>|return)\s*)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;

const blank = (text, pattern) => text.replace(pattern, (found) => found.replace(/[^\n]/g, ' '));

/** Template literals may be nested, so they are followed by hand; the other kinds of text are found by pattern. */
function withoutTemplates(text) {
  let code = '';
  let rest = text;
  /** For each open template expression: how many braces are open in it. */
  const braces = [];
  for (;;) {
    const next = endOfCode(rest, braces);
    code += blank(rest.slice(0, next), COMMENTS_AND_TEXTS);
    if (next === rest.length) return code;
    if (rest[next] === '}') braces.pop();
    code += ' ';
    const { end, opens } = endOfTemplateText(rest, next + 1);
    code += rest.slice(next + 1, end).replace(/[^\n]/g, ' ');
    if (opens) braces.push(0);
    rest = rest.slice(end);
  }
}

/** @returns where a template literal begins, or its text continues after an expression */
function endOfCode(text, braces) {
  const tokens = new RegExp(`${COMMENTS_AND_TEXTS.source}|[\`{}]`, 'g');
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '`') return index;
    if (braces.length === 0) continue;
    if (token === '{') braces[braces.length - 1]++;
    else if (token === '}' && braces[braces.length - 1]-- === 0) return index;
  }
  return text.length;
}

/** @returns where the text ends, behind the closing quote or behind the `${` that opens an expression */
function endOfTemplateText(text, from) {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '`') return { end: at + 1, opens: false };
    else if (text[at] === '$' && text[at + 1] === '{') return { end: at + 2, opens: true };
  }
  return { end: text.length, opens: false };
}
