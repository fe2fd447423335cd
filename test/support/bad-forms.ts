/** A form as it is sent, with what is wrong about it. */
export interface BadForm {
  readonly fault: string;
  readonly init: RequestInit;
}

const URLENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=x';
/** All bytes, which no character set has in this order. */
const BINARY = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const BAD_VALUES: Readonly<Record<string, string>> = {
  empty: '',
  blank: ' ',
  long: 'x'.repeat(2_000),
  path: '../../etc',
  negative: '-1',
  'no number': 'NaN',
  huge: '1e309',
  'above integers': '9007199254740993',
  'below one': '0.5',
  null: '\0',
  lines: 'a\r\nb: c',
  markup: '<script>"\'</script>',
  invisible: '\u202e\u200b',
  emoji: '🎟️'.repeat(30),
};

const post = (body: NonNullable<RequestInit['body']>, contentType?: string): RequestInit => ({
  method: 'POST',
  body,
  ...(contentType !== undefined && { headers: { 'content-type': contentType } }),
});

function streamed(text: string): RequestInit {
  const body = new Blob([text]).stream();
  return { ...post(body, URLENCODED), duplex: 'half' };
}

function withFiles(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, new File([value], 'a.txt'));
  return form;
}

/** What people send who try a form out, and programs that are broken: a form with these fields, wrong in many ways. */
export function badFormsOf(fields: Readonly<Record<string, string>>): readonly BadForm[] {
  const good = new URLSearchParams(fields).toString();
  const forms: Record<string, RequestInit> = {
    nothing: { method: 'POST' },
    'no field': post('', URLENCODED),
    'too large': post(`${good}&more=${'x'.repeat(20_000)}`, URLENCODED),
    'too large, of unknown length': streamed(`${good}&more=${'x'.repeat(20_000)}`),
    'of unknown length': streamed(good),
    'each field twice': post(`${good}&${good.replaceAll('=', '=1')}`, URLENCODED),
    'fields as files': post(withFiles(fields)),
    binary: post(BINARY, URLENCODED),
    'binary in parts': post(BINARY, MULTIPART),
    'a part that does not end': post('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb', MULTIPART),
    'no boundary': post(good, 'multipart/form-data'),
    JSON: post(JSON.stringify(fields), 'application/json'),
    'broken JSON': post('{"', 'application/json'),
    text: post(good, 'text/plain'),
    'no UTF-8': post(`${good}&a=%ED%A0%80%FF%&%`, URLENCODED),
    'names of objects': post(`__proto__=1&constructor=2&toString=3&${good}`, URLENCODED),
    'many fields': post('a&'.repeat(4_000), URLENCODED),
  };
  for (const name of Object.keys(fields)) {
    const { [name]: _, ...others } = fields;
    forms[`${name}: missing`] = post(new URLSearchParams(others));
    for (const [fault, value] of Object.entries(BAD_VALUES)) {
      forms[`${name}: ${fault}`] = post(new URLSearchParams({ ...fields, [name]: value }));
    }
  }
  return Object.entries(forms).map(([fault, init]) => ({ fault, init }));
}
