/** Decline codes that have an error code of their own; all others come with `card_declined`. */
const CODES: ReadonlyMap<string, string> = new Map([
  ['expired_card', 'expired_card'],
  ['incorrect_cvc', 'incorrect_cvc'],
  ['incorrect_number', 'incorrect_number'],
  ['processing_error', 'processing_error'],
  ['authentication_required', 'authentication_required'],
  ['payment_intent_authentication_failure', 'payment_intent_authentication_failure'],
]);

/** Error code and message that Stripe gives with a decline code. */
export function declineOf(declineCode: string): { readonly code: string; readonly message: string } {
  const code = CODES.get(declineCode) ?? 'card_declined';
  return { code, message: `Your card was declined: ${declineCode.replaceAll('_', ' ')}.` };
}
