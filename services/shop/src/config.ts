import { LOCAL_TOKEN_AUDIENCE, SHOP_TOKEN_ISSUER } from '@box-office/contract';
import { parseConfig } from '@box-office/platform';
import { pageSettings, readTls, type TlsFiles } from '@box-office/web';
import { z } from 'zod';

const schema = z.object({
  API_URL: pageSettings.apiUrl,
  SHOP_HOST: pageSettings.host,
  SHOP_PORT: pageSettings.port.default(8081),
  HEALTH_HOST: pageSettings.host,
  HEALTH_PORT: pageSettings.port.default(0),
  SHOP_PUBLIC_URL: pageSettings.publicOrigin,
  TLS_CERT_FILE: pageSettings.tlsFile,
  TLS_KEY_FILE: pageSettings.tlsFile,
  SHOP_NAME: pageSettings.name,
  SHOP_SESSION_SECRET: pageSettings.sessionSecret,
  SHOP_SIGNING_KEY: pageSettings.signingKey,
  SHOP_TOKEN_ISSUER: pageSettings.tokenParty.default(SHOP_TOKEN_ISSUER),
  SHOP_TOKEN_AUDIENCE: pageSettings.tokenParty.default(LOCAL_TOKEN_AUDIENCE),
  /** Lets anybody sign in as the demo buyer. */
  SHOP_DEMO_SIGN_IN: pageSettings.flag,
  /** Offers the payment simulator's payment methods. Without it only free tickets can be had. */
  SHOP_TEST_PAYMENTS: pageSettings.flag,
  LOG_LEVEL: pageSettings.logLevel,
});

export interface Config {
  readonly apiUrl: string;
  readonly host: string;
  readonly port: number;
  readonly health: { readonly host: string; readonly port: number };
  /** Undefined: as the request says. */
  readonly publicOrigin: string | undefined;
  /** Undefined: plain HTTP. */
  readonly tls: TlsFiles | undefined;
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
    publicOrigin: parsed.SHOP_PUBLIC_URL,
    tls: readTls(parsed.TLS_CERT_FILE, parsed.TLS_KEY_FILE),
    name: parsed.SHOP_NAME,
    sessionSecret: parsed.SHOP_SESSION_SECRET,
    tokens: { key: parsed.SHOP_SIGNING_KEY, issuer: parsed.SHOP_TOKEN_ISSUER, audience: parsed.SHOP_TOKEN_AUDIENCE },
    demoSignIn: parsed.SHOP_DEMO_SIGN_IN,
    testPayments: parsed.SHOP_TEST_PAYMENTS,
    logLevel: parsed.LOG_LEVEL,
  };
}
