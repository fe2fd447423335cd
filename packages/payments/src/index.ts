export { createHttpPayments } from './http-payments.js';
export type { HttpPayments } from './http-payments.js';
export { MAX_STATEMENT_ENTRIES, paymentKey, PaymentRequestError, PaymentUnknownError } from './port.js';
export type {
  AuthorisationRequest,
  AuthorisationState,
  AuthoriseResult,
  StatementPage,
  StatementRequest,
  CaptureResult,
  LookUpResult,
  PaymentOperation,
  PaymentPort,
  PurchasePayments,
  RefundResult,
  ReverseResult,
  VoidResult,
} from './port.js';
