import { invalid } from './api-error.js';

/** A parameter: a string, a list (`types[]`, `types[0]`) or named parameters (`metadata[purchase]`). */
type Param = string | Param[] | { [name: string]: Param };
export type Params = { [name: string]: Param };

const MAX_PARAMS = 200;
const NAME = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

/** Parameters as Stripe's libraries encode them, in a form or in a query. @throws ApiError if that is not what they are */
export function parseForm(text: string): Params {
  const entries = [...new URLSearchParams(text)];
  if (entries.length > MAX_PARAMS) throw invalid('too many parameters');
  const params: Params = Object.create(null) as Params;
  for (const [name, value] of entries) put(params, pathOf(name), value);
  return params;
}

function pathOf(name: string): string[] {
  const [, first, rest] = NAME.exec(name) ?? [];
  if (first === undefined || rest === undefined) throw invalid(`Invalid parameter name: ${name}`);
  return [first, ...[...rest.matchAll(/\[([^\]]*)\]/g)].map(([, inner]) => inner ?? '')];
}

function put(params: Params, [name = '', ...rest]: string[], value: string): void {
  const [next] = rest;
  if (next === undefined) {
    params[name] = value;
  } else if (next === '' || /^\d+$/.test(next)) {
    const list = (params[name] ??= []);
    if (!Array.isArray(list) || rest.length > 1) throw invalid(`Invalid array: ${name}`);
    list.push(value);
  } else {
    const inner = (params[name] ??= Object.create(null) as Params);
    if (typeof inner === 'string' || Array.isArray(inner)) throw invalid(`Invalid hash: ${name}`);
    put(inner, rest, value);
  }
}
