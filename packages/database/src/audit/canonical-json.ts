/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

/**
 * The one text of a value: no white space, the names of an object in the order of their UTF-16 code units, numbers and
 * strings as JSON.stringify writes them (RFC 8785). Members that are undefined are left out.
 *
 * @throws TypeError for a number that is none
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} is no JSON number`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const member = value[name];
      return member === undefined ? [] : [`${JSON.stringify(name)}:${canonicalJson(member)}`];
    });
  return `{${members.join(',')}}`;
}

const isList = (value: readonly Json[] | { readonly [name: string]: Json | undefined }): value is readonly Json[] =>
  Array.isArray(value);
