import { CONSOLE_TOKEN_ISSUER, LOCAL_TOKEN_AUDIENCE } from '@box-office/contract';
import { parseConfig } from '@box-office/platform';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const schema = z.object({
  /** The gateway. */
  API_URL: z.url({ protocol: /^https?$/ }),
  /** Where the console listens. */
  CONSOLE_HOST: z.string().default('127.0.0.1'),
  CONSOLE_PORT: port.default(8082),
  HEALTH_HOST: z.string().default('127.0.0.1'),
  HEALTH_PORT: port.default(0),
  /** How the staff reaches the console. With https its cookie is bound to the host, and plain HTTP is forbidden. */
  CONSOLE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** The organiser's name, on every page. */
  CONSOLE_NAME: z.string().min(1).max(60).default('Box Office'),
  /** Signs the cookies of sessions. */
  CONSOLE_SESSION_SECRET: z.string().min(32, 'at least 32 characters'),
  /** Private key of the tokens that the console issues: Ed25519, PKCS #8, DER, in Base64. */
  CONSOLE_SIGNING_KEY: z.base64(),
  CONSOLE_TOKEN_ISSUER: z.string().min(1).max(1_024).default(CONSOLE_TOKEN_ISSUER),
  CONSOLE_TOKEN_AUDIENCE: z.string().min(1).max(1_024).default(LOCAL_TOKEN_AUDIENCE),
  /** Lets anybody sign in as the demo staff of every door. */
  CONSOLE_DEMO_SIGN_IN: z.enum(['true', 'false']).default('false'),
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
  readonly logLevel: string;
}

/** @throws ConfigError with one line that names each wrong variable */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = parseConfig(schema, env);
  const { CONSOLE_SIGNING_KEY: key, CONSOLE_TOKEN_ISSUER: issuer, CONSOLE_TOKEN_AUDIENCE: audience } = parsed;
  return {
    apiUrl: parsed.API_URL,
    host: parsed.CONSOLE_HOST,
    port: parsed.CONSOLE_PORT,
    health: { host: parsed.HEALTH_HOST, port: parsed.HEALTH_PORT },
    publicOrigin: parsed.CONSOLE_PUBLIC_URL === undefined ? undefined : new URL(parsed.CONSOLE_PUBLIC_URL).origin,
    name: parsed.CONSOLE_NAME,
    sessionSecret: parsed.CONSOLE_SESSION_SECRET,
    tokens: { key, issuer, audience },
    demoSignIn: parsed.CONSOLE_DEMO_SIGN_IN === 'true',
    logLevel: parsed.LOG_LEVEL,
  };
}
