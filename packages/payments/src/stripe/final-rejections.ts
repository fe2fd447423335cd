import type { DeclineReason } from '@box-office/contract';
import type { AuthoriseResult } from '../port.js';
import type { CallResult } from './call.js';

type Rejection = Extract<CallResult<never>, { kind: 'rejected' }>;
type Reasons = readonly (readonly [named: RegExp, reason: DeclineReason])[];

/** What the buyer is told when the provider rejects one of these parameters: as it is, this payment can never be made. */
const BY_PARAM: Reasons = [
  [/^(?:payment_method|confirmation_token)/, 'invalid_payment_method'],
  [/^amount$/, 'amount_not_supported'],
  [/^currency$/, 'currency_not_supported'],
];

/** The same by code (https://docs.stripe.com/error-codes), where no parameter is named. */
const BY_CODE: Reasons = [
  [
    /^(?:payment_method_|expired_payment_method$|payment_intent_incompatible_payment_method$)/,
    'invalid_payment_method',
  ],
  [/^payment_intent_action_required$/, 'authentication_required'],
];

/** A method that was used before, is another customer's or has expired: Stripe may give neither code nor parameter then. */
const UNUSABLE_METHOD =
  /\b(?:payment_?method|confirmation_?token)\b.*(?:may not be used again|belongs? to|detached|already|expired)/is;

/** The decline to which a rejected authorisation comes; undefined if another request might not be rejected. */
export function declineOf({ param, error: { code, message } }: Rejection): AuthoriseResult | undefined {
  const named = reasonOf(BY_PARAM, param) ?? reasonOf(BY_CODE, code);
  if (named !== undefined) {
    return { kind: 'declined', reason: named, ...(code !== '' && { declineCode: code }) };
  }
  if (param !== '' || code !== '' || !UNUSABLE_METHOD.test(message)) return undefined;
  return { kind: 'declined', reason: 'invalid_payment_method', declineCode: message };
}

const reasonOf = (reasons: Reasons, text: string): DeclineReason | undefined =>
  reasons.find(([named]) => named.test(text))?.[1];
