import { generateKeyPairSync } from 'node:crypto';
import { createLogger } from '@box-office/platform';
import { createAssets, sharedFiles } from '@box-office/ui';
import { createAttempts, createCatalogue, createRequestMetrics, createTokenIssuer } from '@box-office/web';
import { Registry } from 'prom-client';
import { createApp } from '../app.js';
import { readConfig, type Config } from '../config.js';
import { createLiveAvailability } from '../events/live.js';
import { createGateway } from '../http/gateway.js';
import { SCRIPT } from '../http/layout.js';
import { createSessions } from '../http/session.js';

const KEY = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const BASE = { API_URL: 'http://127.0.0.1:9', SHOP_SESSION_SECRET: 'x'.repeat(32), SHOP_SIGNING_KEY: KEY };

/** The configuration with these settings. */
export const configWith = (env: Record<string, string>): Config => readConfig({ ...BASE, ...env });

/** The shop with these settings, without a socket. Its gateway does not answer. */
export async function appWith(env: Record<string, string>) {
  const config = configWith(env);
  const tokens = await createTokenIssuer(config.tokens);
  const gateway = createGateway({ url: config.apiUrl, tokens });
  const logger = createLogger({ service: 'shop' });
  const catalogue = createCatalogue(gateway.anybody, logger);
  const cookies = { secret: config.sessionSecret, isSecure: false };
  const script = { name: SCRIPT, contentType: 'text/javascript', content: '' };
  return createApp({
    config,
    gateway,
    catalogue,
    tokens,
    live: createLiveAvailability(catalogue),
    provider: undefined,
    sessions: createSessions(cookies),
    attempts: createAttempts({ ...cookies, name: 'sign-in' }),
    assets: await createAssets([...sharedFiles('', config.brand), script]),
    metrics: createRequestMetrics(new Registry(), 'shop'),
    logger,
  });
}
