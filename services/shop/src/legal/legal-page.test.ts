import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appWith, configWith } from '../testing/app.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'legal-'));
  writeFileSync(join(dir, 'terms.en.md'), '# Our terms\n\nNo <script>alert(1)</script>, [no](javascript:alert(1)).\n');
  writeFileSync(join(dir, 'terms.de.md'), 'Nur *Text*.\n');
});
afterAll(() => rmSync(dir, { recursive: true }));

const get = async (env: Record<string, string>, path: string, language = 'en') => {
  const answer = await (await appWith(env)).request(path, { headers: { 'accept-language': language } });
  return { status: answer.status, html: await answer.text() };
};

describe('the pages of the operator', () => {
  it('are texts in the reader’s language, without HTML and scripts of the file', async () => {
    const env = { SHOP_TERMS: join(dir, 'terms.{language}.md') };
    const english = await get(env, '/terms');
    expect(english.status).toBe(200);
    expect(english.html).toContain('<h1>Our terms</h1>');
    expect(english.html).toContain('No &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(english.html).not.toContain('href="javascript:');
    const german = await get(env, '/terms', 'de');
    expect(german.html).toContain('<h1>AGB</h1><p>Nur <em>Text</em>.</p>');
  });

  it('are linked on every page where they are, and on none where they are not given', async () => {
    const env = { SHOP_TERMS: join(dir, 'terms.{language}.md'), SHOP_IMPRINT: 'https://harbour.example/{language}' };
    for (const path of ['/', '/sign-in', '/none', '/terms']) {
      const { html } = await get(env, path, 'de');
      expect(html).toContain('href="/terms"');
      expect(html).toContain('<a href="https://harbour.example/de">Impressum</a>');
      expect(html).not.toContain('Datenschutz');
    }
    expect((await get({}, '/')).html).not.toContain('aria-label="Legal"');
  });

  it('are not found in the shop where they are elsewhere, or not given', async () => {
    expect((await get({}, '/privacy')).status).toBe(404);
    expect((await get({ SHOP_PRIVACY: 'https://harbour.example/privacy' }, '/privacy')).status).toBe(404);
  });

  it.each([
    ['http://harbour.example/terms', 'SHOP_TERMS is wrong (is no HTTPS address)'],
    ['https://', 'SHOP_TERMS is wrong (is no HTTPS address)'],
    ['ftp://harbour.example/terms', 'SHOP_TERMS is wrong (is no HTTPS address)'],
    ['/etc/terms.md', 'SHOP_TERMS is wrong (is no HTTPS address, and no path with {language})'],
    ['/none/terms.{language}.md', 'SHOP_TERMS is wrong (its file cannot be read: ENOENT)'],
  ])('stop the process with one line where the setting is wrong: %s', (SHOP_TERMS, message) => {
    expect(() => configWith({ SHOP_TERMS })).toThrow(`Configuration: ${message}`);
  });
});
