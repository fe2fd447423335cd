import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appWith, configWith } from '../testing/app.js';

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><script>alert(1)</script></svg>';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'brand-'));
  writeFileSync(join(dir, 'logo.svg'), LOGO);
  writeFileSync(join(dir, 'logo'), PNG);
  writeFileSync(join(dir, 'text.svg'), 'hello');
});
afterAll(() => rmSync(dir, { recursive: true }));

it('the language is changed on the page itself, on that behind a guest link too', async () => {
  const html = await (await (await appWith({})).request('/guest-link?token=a.b')).text();
  expect(html).toContain('<input type="hidden" name="back" value="/guest-link?token=a.b"');
});

describe('the organiser', () => {
  it('is the name at the head of a page', async () => {
    const html = await (await (await appWith({ SHOP_NAME: 'Harbour Hall' })).request('/sign-in')).text();
    expect(html).toContain('<a class="site-name" href="/">Harbour Hall</a>');
  });

  it('is the logo with the name as its text, of a size that is known before it is there', async () => {
    const app = await appWith({ SHOP_NAME: 'Harbour Hall', LOGO_FILE: join(dir, 'logo.svg') });
    const html = await (await app.request('/sign-in')).text();
    const [, address = '', rest] = /<img class="site-logo" src="([^"]*)"([^>]*)>/.exec(html) ?? [];
    expect(rest).toContain('alt="Harbour Hall" width="96" height="32"');
    expect(address).toMatch(/^\/assets\/logo\.[\w-]{12}\.svg$/);
    const { status, headers } = await app.request(address);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('image/svg+xml');
    expect(headers.get('cache-control')).toContain('immutable');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('may have a PNG, whatever its file is called', async () => {
    const app = await appWith({ LOGO_FILE: join(dir, 'logo') });
    const [address = ''] = /\/assets\/logo\.[\w-]{12}\.png/.exec(await (await app.request('/sign-in')).text()) ?? [];
    const answer = await app.request(address, { headers: { 'accept-encoding': 'br' } });
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(PNG);
  });

  it('has an accent in the styles of both themes', async () => {
    const app = await appWith({ ACCENT_COLOUR: '#7a1f3d' });
    const [styles = ''] = /\/assets\/styles\.[^"]*/.exec(await (await app.request('/sign-in')).text()) ?? [];
    const css = await (await app.request(styles)).text();
    expect(css).toContain(':root{--accent: #7a1f3d;');
    expect(css.match(/--on-accent: #/g)).toHaveLength(2);
  });

  it.each([
    ['ACCENT_COLOUR', 'red', 'ACCENT_COLOUR is wrong (is no colour such as #1f4fbf)'],
    ['ACCENT_COLOUR', '#fff;}', 'ACCENT_COLOUR is wrong (is no colour such as #1f4fbf)'],
    ['LOGO_FILE', 'none.svg', 'LOGO_FILE is wrong (its file cannot be read: ENOENT)'],
    ['LOGO_FILE', 'text.svg', 'LOGO_FILE is wrong (is no SVG or PNG with a size)'],
  ])('stops the process with one line where a setting is wrong: %s %s', (name, value, message) => {
    const env = { [name]: name === 'LOGO_FILE' ? join(dir, value) : value };
    expect(() => configWith(env)).toThrow(`Configuration: ${message}`);
  });
});
