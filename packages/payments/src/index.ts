export { createStripePayments } from './stripe/stripe-payments.js';
export type { StripePayments } from './stripe/stripe-payments.js';
export { readWebhook } from './stripe/webhook.js';
export type { ProviderEvent } from './stripe/webhook.js';
export { STRIPE_API_VERSION } from './stripe/client.js';
export { whyNotChargeable } from './stripe/limits.js';
export { paymentSettings, paymentVariables, refinePayments, simulatorSettings } from './settings.js';
export type { PaymentSettings } from './settings.js';
export { paymentKey, PaymentRequestError, PaymentUnknownError } from './port.js';
export type {
  AuthorisationRequest,
  AuthorisationState,
  AuthoriseResult,
  StatementPage,
  CaptureResult,
  LookUpResult,
  PaymentOperation,
  PaymentPort,
  PurchasePayments,
  PurchaseQuery,
  RefundResult,
  ReverseResult,
  VoidResult,
} from './port.js';
