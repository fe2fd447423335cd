/** Text as PostgreSQL can store it: without NUL and without half a surrogate pair. */
export const storableText = (text: string): string =>
  text.replace(/\p{Surrogate}/gu, '\uFFFD').replaceAll('\u0000', '\uFFFD');

// JSON escapes these two; an escaped backslash before them begins another text.
const NOT_STORABLE = /\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g;

/** JSON as PostgreSQL can store it, keys included. */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value).replace(NOT_STORABLE, (escape) => (escape === '\\\\' ? escape : '\\ufffd'));
