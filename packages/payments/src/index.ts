export { createHttpPayments } from './http-payments.js';
export type { HttpPayments } from './http-payments.js';
export { MAX_BOOKS, paymentKey, PaymentRequestError, PaymentUnknownError } from './port.js';
export type {
  AuthorisationRequest,
  AuthorisationState,
  AuthoriseResult,
  BooksPage,
  BooksRequest,
  CaptureResult,
  LookUpResult,
  PaymentOperation,
  PaymentPort,
  PurchaseBooks,
  RefundResult,
  ReverseResult,
  VoidResult,
} from './port.js';
