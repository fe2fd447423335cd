export { createStripePayments, type StripePayments } from './stripe/stripe-payments.js';
export { readWebhook, type ProviderEvent } from './stripe/webhook.js';
export { STRIPE_API_VERSION } from './stripe/client.js';
export { whyNotChargeable } from './stripe/limits.js';
export {
  paymentSettings,
  paymentVariables,
  refinePayments,
  simulatorSettings,
  type PaymentSettings,
} from './settings.js';
export {
  leftMinorOf,
  paymentKey,
  PaymentRequestError,
  PaymentUnknownError,
  type AuthorisationRequest,
  type AuthorisationState,
  type AuthoriseResult,
  type StatementPage,
  type CaptureResult,
  type LookUpResult,
  type PaymentOperation,
  type PaymentPort,
  type PurchasePayments,
  type PurchaseQuery,
  type RefundRequest,
  type RefundResult,
  type ReverseResult,
  type VoidResult,
} from './port.js';
