import { describe, expect, it } from 'vitest';
import { PaymentRequestError } from '../port.js';
import { answerWith, startProvider } from '../testing/provider.js';

const authorisation = { key: 'p:1:authorise', amountMinor: 5_000, currency: 'EUR', method: 'pm_x', purchaseId: 'p' };
const USED_BEFORE =
  'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a ' +
  'connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a ' +
  'PaymentMethod multiple times, you must attach it to a Customer first.';

const rejecting = (error: object) =>
  startProvider(answerWith(400, { error: { type: 'invalid_request_error', ...error } }));

describe('a payment method that cannot be used', () => {
  it.each([
    USED_BEFORE,
    'This PaymentMethod was previously used without being attached to a Customer, and may not be used again.',
    'The `payment_method` parameter supplied pm_x belongs to the Customer cus_1. Please include the Customer.',
    'The PaymentMethod pm_x does not belong to the Customer you supplied cus_1.',
    'The ConfirmationToken ctoken_x has already been used.',
    'This confirmation_token has expired.',
  ])('is declined where the message alone says so, which operators are told: %s', async (message) => {
    const { payments } = await rejecting({ message });
    const declineCode = expect.stringContaining(message) as string;
    const declined = { kind: 'declined', reason: 'invalid_payment_method', declineCode };
    expect(await payments.authorise(authorisation)).toEqual(declined);
    expect(await payments.reverse(authorisation)).toEqual({ kind: 'reversed' });
  });

  it.each([
    ['payment_method_unactivated', 'invalid_payment_method'],
    ['payment_method_unexpected_state', 'invalid_payment_method'],
    ['payment_method_currency_mismatch', 'invalid_payment_method'],
    ['expired_payment_method', 'invalid_payment_method'],
    ['payment_intent_incompatible_payment_method', 'invalid_payment_method'],
    ['payment_intent_action_required', 'authentication_required'],
  ])('is declined for the code %s', async (code, reason) => {
    const { payments } = await rejecting({ code, message: 'no' });
    expect(await payments.authorise(authorisation)).toEqual({ kind: 'declined', reason, declineCode: code });
  });
});

it.each([
  { message: 'You must provide a `return_url` when confirming using automatic_payment_methods[enabled]=true.' },
  { message: 'No valid payment method types for this Payment Intent.' },
  { message: USED_BEFORE, param: 'customer' },
  { code: 'account_invalid', message: 'This PaymentMethod may not be used again.' },
])('a rejection that another request may not meet is an error of ours: %j', async (error) => {
  const { payments } = await rejecting(error);
  await expect(payments.authorise(authorisation)).rejects.toBeInstanceOf(PaymentRequestError);
});
