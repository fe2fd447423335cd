import { readFileSync } from 'node:fs';
import { createLogger, runProcess } from '@box-office/platform';
import { createAssets, sharedFiles, type Assets, type Brand } from '@box-office/ui';
import {
  createAttempts,
  createCatalogue,
  createIdentityProvider,
  createRequestMetrics,
  createTokenIssuer,
  servePages,
} from '@box-office/web';
import { createApp } from './app.js';
import { readConfig } from './config.js';
import { createLiveAvailability } from './events/live.js';
import { createGateway } from './http/gateway.js';
import { SCRIPT } from './http/layout.js';
import { createSessions } from './http/session.js';
import { PAYMENT_SCRIPT } from './http/stripe-script.js';
import { LEGAL_PAGES } from './legal/legal-pages.js';
import { countLivePages } from './metrics.js';

const NAME = 'shop';

const logger = createLogger({ service: NAME });

runProcess({ name: NAME, logger, start });

async function start() {
  const config = readConfig();
  logger.level = config.logLevel;
  const tokens = await createTokenIssuer(config.tokens);
  const gateway = createGateway({ url: config.apiUrl, tokens });
  const catalogue = createCatalogue(gateway.anybody, logger);
  const live = createLiveAvailability(catalogue);
  const isSecure = config.publicOrigin?.startsWith('https:') ?? config.tls !== undefined;
  const assets = await readAssets(config.brand);
  const missing = LEGAL_PAGES.filter((name) => config.legal[name] === undefined);
  if (missing.length > 0) {
    logger.warn(`not set, so no page links to them: ${missing.map((name) => `SHOP_${name.toUpperCase()}`).join(', ')}`);
  }
  const cookies = { secret: config.sessionSecret, isSecure };
  const provider =
    config.signIn.kind === 'provider' ? createIdentityProvider({ ...config.signIn.provider, logger }) : undefined;
  // The log says at once if it does not answer; the shop starts all the same.
  void provider?.isAvailable();
  return servePages({
    name: NAME,
    host: config.host,
    port: config.port,
    tls: config.tls,
    health: config.health,
    apiUrl: config.apiUrl,
    logger,
    async createApp(registry) {
      countLivePages(registry, () => live.listeners());
      const app = createApp({
        config,
        gateway,
        catalogue,
        live,
        tokens,
        assets,
        logger,
        sessions: createSessions(cookies),
        attempts: createAttempts({ ...cookies, name: 'sign-in' }),
        provider,
        metrics: createRequestMetrics(registry, NAME),
      });
      return { fetch: app.fetch, close: () => live.close() };
    },
  });
}

function readAssets(brand: Brand): Promise<Assets> {
  const ownCss = readFileSync(new URL('../styles/shop.css', import.meta.url), 'utf8');
  const scripts = [SCRIPT, PAYMENT_SCRIPT].map((name) => ({
    name,
    contentType: 'text/javascript; charset=utf-8',
    content: readFileSync(new URL(`browser/${name}`, import.meta.url), 'utf8'),
  }));
  return createAssets([...sharedFiles(ownCss, brand), ...scripts]);
}
