import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createApiClient } from '@box-office/api-client';
import { createLogger, runProcess } from '@box-office/platform';
import { createAssets, moduleFiles, sharedFiles, type Assets, type Brand } from '@box-office/ui';
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
import { createDoorApi } from './door/door-api.js';
import { QR_READER, SCRIPT, SCRIPT_MODULES } from './http/layout.js';
import { createSessions } from './sign-in/staff.js';

const NAME = 'console';
const CALL_TIMEOUT_MS = 5_000;

const require = createRequire(import.meta.url);
const logger = createLogger({ service: NAME });

runProcess({ name: NAME, logger, start });

async function start() {
  const config = readConfig();
  logger.level = config.logLevel;
  const tokens = await createTokenIssuer(config.tokens);
  const isSecure = config.publicOrigin?.startsWith('https:') ?? config.tls !== undefined;
  const cookies = { secret: config.sessionSecret, isSecure };
  const provider =
    config.signIn.kind === 'provider' ? createIdentityProvider({ ...config.signIn.provider, logger }) : undefined;
  // The log says at once if it does not answer; the console starts all the same.
  void provider?.isAvailable();
  const assets = await readAssets(config.brand);
  return servePages({
    name: NAME,
    host: config.host,
    port: config.port,
    tls: config.tls,
    health: config.health,
    apiUrl: config.apiUrl,
    logger,
    createApp: async (registry) =>
      createApp({
        config,
        tokens,
        assets,
        logger,
        worker: readWorker(),
        provider,
        catalogue: createCatalogue(createApiClient({ url: config.apiUrl, timeoutMs: CALL_TIMEOUT_MS }), logger),
        doorApi: createDoorApi({ url: config.apiUrl, tokens }),
        sessions: createSessions({ ...cookies, signIn: config.signIn.kind }),
        attempts: createAttempts({ ...cookies, name: 'console-sign-in' }),
        metrics: createRequestMetrics(registry, NAME),
      }),
  });
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Those of the contract, which browsers run too. */
const CONTRACT_MODULES: readonly string[] = ['base32.js', 'ticket-code.js'];

function readModule(name: string): string {
  if (!CONTRACT_MODULES.includes(name)) return read(`browser/${name}`);
  return readFileSync(require.resolve(`@box-office/contract/${name.replace('.js', '')}`), 'utf8');
}

function readAssets(brand: Brand): Promise<Assets> {
  const qrReader = readFileSync(require.resolve('jsqr'), 'utf8');
  return createAssets([
    ...sharedFiles(read('../styles/console.css'), brand),
    ...moduleFiles([...SCRIPT_MODULES, SCRIPT].map((name) => ({ name, content: readModule(name) }))),
    { name: QR_READER, contentType: 'text/javascript; charset=utf-8', content: qrReader },
  ]);
}

/** As a classic script, which all browsers take as a worker. */
const readWorker = (): string => read('browser/door-worker.js').replace(/^export \{\};$/m, '');
