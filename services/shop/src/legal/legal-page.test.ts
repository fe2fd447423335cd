import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@box-office/platform';
import { createAssets, sharedFiles } from '@box-office/ui';
import { createCatalogue, createRequestMetrics, createTokenIssuer } from '@box-office/web';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../app.js';
import { readConfig } from '../config.js';
import { createLiveAvailability } from '../events/live.js';
import { createGateway } from '../http/gateway.js';
import { SCRIPT } from '../http/layout.js';
import { createSessions } from '../http/session.js';
import { createAttempts } from '../sign-in/attempt.js';

const KEY = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
/** Nothing answers there: pages of the operator need no gateway. */
const BASE = { API_URL: 'http://127.0.0.1:9', SHOP_SESSION_SECRET: 'x'.repeat(32), SHOP_SIGNING_KEY: KEY };

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'legal-'));
  writeFileSync(join(dir, 'terms.en.md'), '# Our terms\n\nNo <script>alert(1)</script>, [no](javascript:alert(1)).\n');
  writeFileSync(join(dir, 'terms.de.md'), 'Nur *Text*.\n');
});
afterAll(() => rmSync(dir, { recursive: true }));

/** A shop with these settings. */
async function shopWith(env: Record<string, string>) {
  const config = readConfig({ ...BASE, ...env });
  const tokens = await createTokenIssuer(config.tokens);
  const gateway = createGateway({ url: config.apiUrl, tokens });
  const catalogue = createCatalogue(gateway.anybody);
  const cookies = { secret: config.sessionSecret, isSecure: false };
  const script = { name: SCRIPT, contentType: 'text/javascript', content: '' };
  return createApp({
    ...{ config, gateway, catalogue, tokens, live: createLiveAvailability(catalogue), provider: undefined },
    ...{ sessions: createSessions(cookies), attempts: createAttempts(cookies) },
    assets: await createAssets([...sharedFiles(''), script]),
    metrics: createRequestMetrics(new Registry(), 'shop'),
    logger: createLogger({ service: 'shop' }),
  });
}

const get = async (env: Record<string, string>, path: string, language = 'en') => {
  const answer = await (await shopWith(env)).request(path, { headers: { 'accept-language': language } });
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
    expect(() => readConfig({ ...BASE, SHOP_TERMS })).toThrow(`Configuration: ${message}`);
  });
});
