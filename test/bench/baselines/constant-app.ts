import { createApp, createMetrics, createTokenVerifier, type AppDeps } from '@box-office/api';
import { LOCAL_TOKEN_AUDIENCE, LOCAL_TOKEN_ISSUER } from '@box-office/contract';
import { createLogger, type Logger } from '@box-office/platform';

const TOKEN_RULES = { issuer: LOCAL_TOKEN_ISSUER, audience: LOCAL_TOKEN_AUDIENCE, maxLifetimeS: 7 * 86_400 };

const SOLD_OUT = {
  kind: 'outcome',
  outcome: { kind: 'refused', reason: 'sold_out', ticketType: 'standard' },
  repeat: false,
} as const;

/** The gateway's application, in which every purchase is "sold out" at once. By default it logs as a gateway does. */
export function createConstantApp(
  jwtSecret: string,
  logger: Logger = createLogger({ service: 'constant', level: 'info' }),
): ReturnType<typeof createApp> {
  const deps: Partial<AppDeps> = {
    logger,
    verifyToken: createTokenVerifier({ ...TOKEN_RULES, keys: { secret: jwtSecret } }),
    metrics: createMetrics({ waiting: () => 0, queued: () => 0, processMetrics: true }),
    limits: { byAddress: () => undefined, bySubject: () => undefined, ofGuestLinks: () => undefined },
    corsOrigins: [],
    isReady: async () => true,
    behindTls: false,
    isShuttingDown: () => false,
    ticketKeys: [],
    webhooks: { encryptionKey: undefined, allowLoopback: false },
    purchase: async () => SOLD_OUT,
  };
  // The other endpoints have no dependencies here. They are not called.
  return createApp(deps as AppDeps);
}
