import { z } from 'zod';

/** Where payments are made, and with which key. */
export interface PaymentSettings {
  readonly url: string;
  /** Never in a log or an error. */
  readonly secretKey: string;
  /** How late an event may be listed. */
  readonly statementDelayMs: number;
}

const STRIPE_URL = 'https://api.stripe.com';
const STRIPE_STATEMENT_DELAY_MS = 30_000;
/** What the payment simulator accepts. It is no secret. */
const SIMULATOR_KEY = 'sk_test_simulator';
const SECRET_KEY = /^(?:sk|rk)_(test|live)_\w+$/;
const PUBLISHABLE_KEY = /^pk_(test|live)_\w+$/;

/** The variables of a process that makes payments, for its schema; `refinePayments` checks them together. */
export const paymentVariables = {
  /** The payment simulator; without it payments are made at Stripe. */
  PAYMENT_URL: z.url({ protocol: /^https?$/ }).optional(),
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_PUBLISHABLE_KEY: z.string().optional(),
};

export function refinePayments(env: Parameters<typeof paymentSettings>[0], context: z.RefinementCtx): void {
  try {
    paymentSettings(env);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
}

/** The simulator at `url`, and nothing else. */
export const simulatorSettings = (url: string): PaymentSettings => ({
  url,
  secretKey: SIMULATOR_KEY,
  statementDelayMs: 0,
});

/**
 * With STRIPE_SECRET_KEY payments are made at Stripe; without it at PAYMENT_URL, where the payment simulator listens.
 *
 * @throws Error that names the variable, and never its value, where they contradict each other
 */
export function paymentSettings(env: {
  readonly PAYMENT_URL?: string | undefined;
  readonly STRIPE_SECRET_KEY?: string | undefined;
  readonly STRIPE_PUBLISHABLE_KEY?: string | undefined;
}): PaymentSettings {
  const { PAYMENT_URL: url, STRIPE_SECRET_KEY: secretKey, STRIPE_PUBLISHABLE_KEY: publishableKey } = env;
  modeOf('STRIPE_PUBLISHABLE_KEY', PUBLISHABLE_KEY, publishableKey);
  if (secretKey === undefined) {
    if (publishableKey !== undefined) throw new Error('STRIPE_PUBLISHABLE_KEY is set, and STRIPE_SECRET_KEY is not');
    if (url === undefined) throw new Error('PAYMENT_URL or STRIPE_SECRET_KEY must be set');
    return simulatorSettings(url);
  }
  const mode = modeOf('STRIPE_SECRET_KEY', SECRET_KEY, secretKey);
  if (mode === 'live' && url !== undefined) {
    throw new Error('STRIPE_SECRET_KEY is a live key, and PAYMENT_URL, which is for the simulator, is set');
  }
  return { url: url ?? STRIPE_URL, secretKey, statementDelayMs: url === undefined ? STRIPE_STATEMENT_DELAY_MS : 0 };
}

function modeOf(variable: string, pattern: RegExp, key: string | undefined): string | undefined {
  if (key === undefined) return undefined;
  const mode = pattern.exec(key)?.[1];
  if (mode === undefined) throw new Error(`${variable} is no key of that kind`);
  return mode;
}
