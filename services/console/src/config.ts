import { CONSOLE_TOKEN_ISSUER, LOCAL_TOKEN_AUDIENCE } from '@box-office/contract';
import { parseConfig } from '@box-office/platform';
import type { Brand } from '@box-office/ui';
import {
  faultsOfSignIn,
  oidcSettings,
  pageSettings,
  readTls,
  signInOf,
  type SignIn,
  type TlsFiles,
} from '@box-office/web';
import { z } from 'zod';

const EVENTS_CLAIM = 'box_office_events';

const settings = z.object({
  API_URL: pageSettings.apiUrl,
  CONSOLE_HOST: pageSettings.host,
  CONSOLE_PORT: pageSettings.port.default(8082),
  HEALTH_HOST: pageSettings.host,
  HEALTH_PORT: pageSettings.port.default(0),
  CONSOLE_PUBLIC_URL: pageSettings.publicOrigin,
  TLS_CERT_FILE: pageSettings.tlsFile,
  TLS_KEY_FILE: pageSettings.tlsFile,
  CONSOLE_NAME: pageSettings.name,
  ACCENT_COLOUR: pageSettings.accent,
  LOGO_FILE: pageSettings.logo,
  CONSOLE_SESSION_SECRET: pageSettings.sessionSecret,
  CONSOLE_SIGNING_KEY: pageSettings.signingKey,
  CONSOLE_TOKEN_ISSUER: pageSettings.tokenParty.default(CONSOLE_TOKEN_ISSUER),
  CONSOLE_TOKEN_AUDIENCE: pageSettings.tokenParty.default(LOCAL_TOKEN_AUDIENCE),
  /** Lets anybody sign in as the demo staff of every door. */
  CONSOLE_DEMO_SIGN_IN: pageSettings.flag,
  /** The staff signs in at this OpenID provider. */
  CONSOLE_OIDC_ISSUER: oidcSettings.issuer,
  CONSOLE_OIDC_CLIENT_ID: oidcSettings.clientId,
  CONSOLE_OIDC_CLIENT_SECRET: oidcSettings.clientSecret,
  CONSOLE_OIDC_NAME: oidcSettings.name,
  /** For a provider that gives the claim with a scope alone. */
  CONSOLE_OIDC_SCOPE: z
    .string()
    .regex(/^(?:\S+ )*openid(?: \S+)*$/, 'must have openid')
    .max(1_024)
    .optional(),
  /** The claim of the ID token that says whose doors a person may open. */
  CONSOLE_OIDC_EVENTS_CLAIM: z.string().max(256).optional(),
  LOG_LEVEL: pageSettings.logLevel,
});

const schema = settings.superRefine((env, context) => {
  for (const message of faultsOfSignIn(signInValues(env))) context.addIssue({ code: 'custom', message });
});

const signInValues = (env: z.output<typeof settings>) => ({
  service: 'CONSOLE',
  oidc: {
    ISSUER: env.CONSOLE_OIDC_ISSUER,
    CLIENT_ID: env.CONSOLE_OIDC_CLIENT_ID,
    CLIENT_SECRET: env.CONSOLE_OIDC_CLIENT_SECRET,
    NAME: env.CONSOLE_OIDC_NAME,
    SCOPE: env.CONSOLE_OIDC_SCOPE,
    EVENTS_CLAIM: env.CONSOLE_OIDC_EVENTS_CLAIM,
  },
  publicOrigin: env.CONSOLE_PUBLIC_URL,
  isDemo: env.CONSOLE_DEMO_SIGN_IN,
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
  readonly brand: Brand;
  readonly sessionSecret: string;
  readonly tokens: { readonly key: string; readonly issuer: string; readonly audience: string };
  readonly signIn: SignIn;
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
    publicOrigin: parsed.CONSOLE_PUBLIC_URL,
    tls: readTls(parsed.TLS_CERT_FILE, parsed.TLS_KEY_FILE),
    name: parsed.CONSOLE_NAME,
    brand: { accent: parsed.ACCENT_COLOUR, logo: parsed.LOGO_FILE },
    sessionSecret: parsed.CONSOLE_SESSION_SECRET,
    tokens: { key, issuer, audience },
    signIn: signInOf(signInValues(parsed), {
      ...(parsed.CONSOLE_OIDC_SCOPE !== undefined && { scope: parsed.CONSOLE_OIDC_SCOPE }),
      claim: parsed.CONSOLE_OIDC_EVENTS_CLAIM ?? EVENTS_CLAIM,
    }),
    logLevel: parsed.LOG_LEVEL,
  };
}
