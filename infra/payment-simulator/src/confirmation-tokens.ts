import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { invalid } from './api-error.js';
import { seconds } from './render.js';

const TOKEN = /^ctoken_[0-9a-f]{24}_(\w+)$/;
const VALID_MS = 12 * 3_600_000;

/** Stripe's test cards by their numbers (https://docs.stripe.com/testing), as test payment methods. */
const CARDS: ReadonlyMap<string, string> = new Map([
  ['4242424242424242', 'pm_card_visa'],
  ['5555555555554444', 'pm_card_mastercard'],
  ['4000000000000002', 'pm_card_chargeDeclined'],
  ['4000000000009995', 'pm_card_chargeDeclinedInsufficientFunds'],
  ['4000000000009987', 'pm_card_chargeDeclinedLostCard'],
  ['4000002760003184', 'pm_card_authenticationRequired'],
]);

/** The payment method that a card's number stands for. @throws ApiError for a number that is no test card */
export function methodOfCard(number: string): string {
  const method = CARDS.get(number.replaceAll(/\s/g, ''));
  if (method === undefined)
    throw invalid('Your card number is not one of the test cards.', { code: 'incorrect_number' });
  return method;
}

/** A ConfirmationToken. It names its payment method, so that none has to be kept; the ledger knows which were used. */
export function confirmationTokenOf(method: string, returnUrl: string | undefined): Stripe.ConfirmationToken {
  const now = Date.now();
  return {
    id: `ctoken_${randomBytes(12).toString('hex')}_${method.replace(/^pm_/, '')}`,
    object: 'confirmation_token',
    created: seconds(now),
    expires_at: seconds(now + VALID_MS),
    livemode: false,
    mandate_data: null,
    metadata: null,
    payment_intent: null,
    payment_method_options: null,
    payment_method_preview: null,
    return_url: returnUrl ?? null,
    setup_future_usage: null,
    setup_intent: null,
    shipping: null,
    use_stripe_sdk: true,
  };
}

/** Undefined for a token that is none of these. */
export function methodOfToken(token: string | undefined): string | undefined {
  const method = TOKEN.exec(token ?? '')?.[1];
  return method === undefined ? undefined : `pm_${method}`;
}
