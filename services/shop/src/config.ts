import { LOCAL_TOKEN_AUDIENCE, SHOP_TOKEN_ISSUER } from '@box-office/contract';
import { parseConfig } from '@box-office/platform';
import type { Brand } from '@box-office/ui';
import {
  faultsOfSignIn,
  oidcSettings,
  pageSettings,
  readTls,
  settingOf,
  signInOf,
  type SignIn,
  type TlsFiles,
} from '@box-office/web';
import { z } from 'zod';
import { readLegalPage, type LegalPages } from './legal/legal-pages.js';

/** Of the release that belongs to the API version of the gateway's and worker's `stripe` package. */
export const STRIPE_JS = 'https://js.stripe.com/endive/stripe.js';
const PUBLISHABLE_KEY = /^pk_(?:test|live)_\w+$/;

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
  SHOP_OIDC_ISSUER: oidcSettings.issuer,
  SHOP_OIDC_CLIENT_ID: oidcSettings.clientId,
  SHOP_OIDC_CLIENT_SECRET: oidcSettings.clientSecret,
  SHOP_OIDC_NAME: oidcSettings.name,
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
  for (const message of faultsOfSignIn(signInValues(env))) refuse(message);
  const { STRIPE_PUBLISHABLE_KEY: key, STRIPE_JS_URL: scriptUrl } = env;
  if (key !== undefined && env.SHOP_TEST_PAYMENTS) {
    refuse('STRIPE_PUBLISHABLE_KEY and SHOP_TEST_PAYMENTS are two ways to pay: set one');
  }
  if (key === undefined && scriptUrl !== undefined) refuse('STRIPE_JS_URL is set, and STRIPE_PUBLISHABLE_KEY is not');
  if (key?.startsWith('pk_live_') !== true) return;
  if (scriptUrl !== undefined) refuse('STRIPE_PUBLISHABLE_KEY is a live key, and STRIPE_JS_URL is for tests');
});

const signInValues = (env: z.output<typeof settings>) => ({
  service: 'SHOP',
  oidc: {
    ISSUER: env.SHOP_OIDC_ISSUER,
    CLIENT_ID: env.SHOP_OIDC_CLIENT_ID,
    CLIENT_SECRET: env.SHOP_OIDC_CLIENT_SECRET,
    NAME: env.SHOP_OIDC_NAME,
  },
  publicOrigin: env.SHOP_PUBLIC_URL,
  isDemo: env.SHOP_DEMO_SIGN_IN,
});

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
    signIn: signInOf(signInValues(parsed)),
    paymentForm: paymentFormOf(parsed),
    logLevel: parsed.LOG_LEVEL,
  };
}

function paymentFormOf(env: z.output<typeof settings>): PaymentForm {
  const { STRIPE_PUBLISHABLE_KEY: publishableKey, STRIPE_JS_URL: scriptUrl = STRIPE_JS } = env;
  if (publishableKey !== undefined) return { kind: 'stripe', publishableKey, scriptUrl };
  return { kind: env.SHOP_TEST_PAYMENTS ? 'test_methods' : 'none' };
}
