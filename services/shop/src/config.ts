import { LOCAL_TOKEN_AUDIENCE, SHOP_TOKEN_ISSUER } from '@box-office/contract';
import { parseConfig } from '@box-office/platform';
import type { Brand } from '@box-office/ui';
import { pageSettings, readTls, settingOf, type TlsFiles } from '@box-office/web';
import { z } from 'zod';
import { readLegalPage, type LegalPages } from './legal/legal-pages.js';
import type { IdentityProviderSettings } from './sign-in/identity-provider.js';

/** Of the release that belongs to the API version of the gateway's and worker's `stripe` package. */
export const STRIPE_JS = 'https://js.stripe.com/endive/stripe.js';
const PUBLISHABLE_KEY = /^pk_(?:test|live)_\w+$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

const settings = z.object({
  API_URL: pageSettings.apiUrl,
  SHOP_HOST: pageSettings.host,
  SHOP_PORT: pageSettings.port.default(8081),
  HEALTH_HOST: pageSettings.host,
  HEALTH_PORT: pageSettings.port.default(0),
  SHOP_PUBLIC_URL: pageSettings.publicOrigin,
  TLS_CERT_FILE: pageSettings.tlsFile,
  TLS_KEY_FILE: pageSettings.tlsFile,
  SHOP_NAME: pageSettings.name,
  ACCENT_COLOUR: pageSettings.accent,
  LOGO_FILE: pageSettings.logo,
  /** Pages that the shop links to, or shows. */
  SHOP_TERMS: settingOf(readLegalPage).optional(),
  SHOP_PRIVACY: settingOf(readLegalPage).optional(),
  SHOP_IMPRINT: settingOf(readLegalPage).optional(),
  SHOP_SESSION_SECRET: pageSettings.sessionSecret,
  SHOP_SIGNING_KEY: pageSettings.signingKey,
  SHOP_TOKEN_ISSUER: pageSettings.tokenParty.default(SHOP_TOKEN_ISSUER),
  SHOP_TOKEN_AUDIENCE: pageSettings.tokenParty.default(LOCAL_TOKEN_AUDIENCE),
  /** Lets anybody sign in as the demo buyer. */
  SHOP_DEMO_SIGN_IN: pageSettings.flag,
  /** Buyers sign in at this OpenID provider. */
  SHOP_OIDC_ISSUER: z.string().optional(),
  SHOP_OIDC_CLIENT_ID: z.string().max(1_024).optional(),
  /** A client without one is public. */
  SHOP_OIDC_CLIENT_SECRET: z.string().max(1_024).optional(),
  /** What buyers call the provider; its host if unset. */
  SHOP_OIDC_NAME: z.string().max(60).optional(),
  /** Offers the payment simulator's payment methods. Without it and without Stripe only free tickets can be had. */
  SHOP_TEST_PAYMENTS: pageSettings.flag,
  /** Payments are made with Stripe's Payment Element. */
  STRIPE_PUBLISHABLE_KEY: z.string().regex(PUBLISHABLE_KEY, 'is no publishable key').optional(),
  /** The payment simulator's script in the place of Stripe's own. */
  STRIPE_JS_URL: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: pageSettings.logLevel,
});

const schema = settings.superRefine((env, context) => {
  const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
  for (const message of faultsOfSignIn(env)) refuse(message);
  const { STRIPE_PUBLISHABLE_KEY: key, STRIPE_JS_URL: scriptUrl } = env;
  if (key !== undefined && env.SHOP_TEST_PAYMENTS) {
    refuse('STRIPE_PUBLISHABLE_KEY and SHOP_TEST_PAYMENTS are two ways to pay: set one');
  }
  if (key === undefined && scriptUrl !== undefined) refuse('STRIPE_JS_URL is set, and STRIPE_PUBLISHABLE_KEY is not');
  if (key?.startsWith('pk_live_') !== true) return;
  if (env.SHOP_DEMO_SIGN_IN) refuse('STRIPE_PUBLISHABLE_KEY is a live key, and SHOP_DEMO_SIGN_IN lets anybody sign in');
  if (scriptUrl !== undefined) refuse('STRIPE_PUBLISHABLE_KEY is a live key, and STRIPE_JS_URL is for tests');
});

/** What contradicts itself in the settings of the sign-in. */
function faultsOfSignIn(env: z.output<typeof settings>): string[] {
  const { SHOP_OIDC_ISSUER: issuer, SHOP_PUBLIC_URL: publicUrl } = env;
  if (issuer === undefined) {
    const without = ['SHOP_OIDC_CLIENT_ID', 'SHOP_OIDC_CLIENT_SECRET', 'SHOP_OIDC_NAME'] as const;
    return without
      .filter((name) => env[name] !== undefined)
      .map((name) => `${name} is set, and SHOP_OIDC_ISSUER is not`);
  }
  return [
    ...(isConfidential(issuer) && !/[?#@]/.test(issuer)
      ? []
      : ['SHOP_OIDC_ISSUER is no HTTPS address without query (HTTP only on this machine)']),
    ...(env.SHOP_OIDC_CLIENT_ID === undefined ? ['SHOP_OIDC_ISSUER needs SHOP_OIDC_CLIENT_ID'] : []),
    ...(publicUrl !== undefined && isConfidential(publicUrl)
      ? []
      : ['SHOP_OIDC_ISSUER needs SHOP_PUBLIC_URL with HTTPS (HTTP only on this machine)']),
    ...(env.SHOP_DEMO_SIGN_IN ? ['SHOP_OIDC_ISSUER is set, and SHOP_DEMO_SIGN_IN lets anybody sign in: set one'] : []),
  ];
}

function isConfidential(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

/** How buyers sign in: at an OpenID provider, as the demo buyer, or not at all. */
type SignIn =
  | { readonly kind: 'provider'; readonly provider: IdentityProviderSettings }
  | { readonly kind: 'demo' }
  | { readonly kind: 'none' };

/** How buyers pay: with Stripe's Payment Element, with the simulator's methods, or not at all. */
export type PaymentForm =
  | { readonly kind: 'stripe'; readonly publishableKey: string; readonly scriptUrl: string }
  | { readonly kind: 'test_methods' }
  | { readonly kind: 'none' };

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
  readonly legal: LegalPages;
  readonly sessionSecret: string;
  readonly tokens: { readonly key: string; readonly issuer: string; readonly audience: string };
  readonly signIn: SignIn;
  readonly paymentForm: PaymentForm;
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
    brand: { accent: parsed.ACCENT_COLOUR, logo: parsed.LOGO_FILE },
    legal: { terms: parsed.SHOP_TERMS, privacy: parsed.SHOP_PRIVACY, imprint: parsed.SHOP_IMPRINT },
    sessionSecret: parsed.SHOP_SESSION_SECRET,
    tokens: { key: parsed.SHOP_SIGNING_KEY, issuer: parsed.SHOP_TOKEN_ISSUER, audience: parsed.SHOP_TOKEN_AUDIENCE },
    signIn: signInOf(parsed),
    paymentForm: paymentFormOf(parsed),
    logLevel: parsed.LOG_LEVEL,
  };
}

function signInOf(env: z.output<typeof settings>): SignIn {
  const { SHOP_OIDC_ISSUER: address, SHOP_OIDC_CLIENT_ID: clientId, SHOP_OIDC_CLIENT_SECRET: clientSecret } = env;
  if (address === undefined || clientId === undefined) return { kind: env.SHOP_DEMO_SIGN_IN ? 'demo' : 'none' };
  const issuer = new URL(address);
  return {
    kind: 'provider',
    provider: { issuer, clientId, clientSecret, name: env.SHOP_OIDC_NAME ?? issuer.hostname },
  };
}

function paymentFormOf(env: z.output<typeof settings>): PaymentForm {
  const { STRIPE_PUBLISHABLE_KEY: publishableKey, STRIPE_JS_URL: scriptUrl = STRIPE_JS } = env;
  if (publishableKey !== undefined) return { kind: 'stripe', publishableKey, scriptUrl };
  return { kind: env.SHOP_TEST_PAYMENTS ? 'test_methods' : 'none' };
}
