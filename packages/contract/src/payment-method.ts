/** What a payment method is named by: a token of the payment provider. */
export const PAYMENT_METHOD = /^[\x21-\x7e]{1,128}$/;

/** 12 to 19 digits, also in groups. No token of a provider consists of digits alone. */
const CARD_NUMBER = /^(?:\d[- ]?){12,19}$/;

/** A card number must not be stored, logged or sent anywhere, nor be repeated in the refusal. */
export const isCardNumber = (method: string): boolean => CARD_NUMBER.test(method);

export const CARD_NUMBER_REFUSED =
  'This is a card number. Never send card numbers here: name the token that the payment provider made of the card.';
