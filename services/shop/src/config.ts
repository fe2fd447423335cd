import { LOCAL_TOKEN_AUDIENCE, SHOP_TOKEN_ISSUER } from '@box-office/contract';
import { parseConfig } from '@box-office/platform';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const yesOrNo = z.enum(['true', 'false']).default('false');

const schema = z.object({
  /** The gateway. */
  API_URL: z.url({ protocol: /^https?$/ }),
  /** Where the shop listens. */
  SHOP_HOST: z.string().default('127.0.0.1'),
  SHOP_PORT: port.default(8081),
  HEALTH_HOST: z.string().default('127.0.0.1'),
  HEALTH_PORT: port.default(0),
  /** How buyers reach the shop. With https its cookie is bound to the host, and plain HTTP is forbidden. */
  SHOP_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** The organiser's name, on every page. */
  SHOP_NAME: z.string().min(1).max(60).default('Box Office'),
  /** Signs the cookies of sessions. */
  SHOP_SESSION_SECRET: z.string().min(32, 'at least 32 characters'),
  /** Private key of the tokens that the shop issues: Ed25519, PKCS #8, DER, in Base64. */
  SHOP_SIGNING_KEY: z.base64(),
  SHOP_TOKEN_ISSUER: z.string().min(1).max(1_024).default(SHOP_TOKEN_ISSUER),
  SHOP_TOKEN_AUDIENCE: z.string().min(1).max(1_024).default(LOCAL_TOKEN_AUDIENCE),
  /** Lets anybody sign in as the demo buyer. */
  SHOP_DEMO_SIGN_IN: yesOrNo,
  /** Offers the payment simulator's payment methods. Without it only free tickets can be had. */
  SHOP_TEST_PAYMENTS: yesOrNo,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});

export interface Config {
  readonly apiUrl: string;
  readonly host: string;
  readonly port: number;
  readonly health: { readonly host: string; readonly port: number };
  /** Undefined: as the request says. */
  readonly publicOrigin: string | undefined;
  readonly name: string;
  readonly sessionSecret: string;
  readonly tokens: { readonly key: string; readonly issuer: string; readonly audience: string };
  readonly demoSignIn: boolean;
  readonly testPayments: boolean;
  readonly logLevel: string;
}

/** @throws ConfigError with one line that names each wrong variable */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = parseConfig(schema, env);
  return {
    apiUrl: parsed.API_URL,
    host: parsed.SHOP_HOST,
    port: parsed.SHOP_PORT,
    health: { host: parsed.HEALTH_HOST, port: parsed.HEALTH_PORT },
    publicOrigin: parsed.SHOP_PUBLIC_URL === undefined ? undefined : new URL(parsed.SHOP_PUBLIC_URL).origin,
    name: parsed.SHOP_NAME,
    sessionSecret: parsed.SHOP_SESSION_SECRET,
    tokens: { key: parsed.SHOP_SIGNING_KEY, issuer: parsed.SHOP_TOKEN_ISSUER, audience: parsed.SHOP_TOKEN_AUDIENCE },
    demoSignIn: parsed.SHOP_DEMO_SIGN_IN === 'true',
    testPayments: parsed.SHOP_TEST_PAYMENTS === 'true',
    logLevel: parsed.LOG_LEVEL,
  };
}
