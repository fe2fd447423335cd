export { createHttpPayments } from './http-payments.js';
export type { HttpPayments } from './http-payments.js';
export { paymentKey, PaymentRequestError, PaymentUnknownError } from './port.js';
export type {
  AuthorisationState,
  AuthoriseResult,
  CaptureResult,
  LookUpResult,
  PaymentOperation,
  PaymentPort,
  RefundResult,
  VoidResult,
} from './port.js';
