export { applyCapacityUpdates, type CapacityApplied } from './audit/apply-capacity-updates.js';
export { appendAuditLines, type AuditAppended, type NewAuditLine } from './audit/append.js';
export type { AuditFinding } from './audit/finding.js';
export type { AuditLine } from './audit/line.js';
export { exportAuditLog, type AuditHead, type AuditPeriod } from './audit/read-lines.js';
export { recordTransactions, type TransactionRecorded } from './audit/record-transactions.js';
export {
  findResolution,
  recordResolution,
  type RecordedResolution,
  type Resolution,
} from './audit/record-resolution.js';
export { operatorLine, recordOperatorAct, type OperatorAct } from './audit/operator-line.js';
export { noteOperatorRequest, operatorRequestId, type Operator } from './audit/operator-requests.js';
export { maintainAuditLog, type AuditMaintenance } from './audit/retention.js';
export { verifyAuditLog, type AuditReport, type AuditScope } from './audit/verify.js';
export * from './cancellations/claim.js';
export * from './cancellations/complete.js';
export { findCancellations, type Cancellation } from './cancellations/find.js';
export { readMustKeep } from './cancellations/must-keep.js';
export * from './cancellations/of-event.js';
export * from './contacts/contact.js';
export * from './contacts/of-person.js';
export { readRefund, type Refund } from './cancellations/refund.js';
export { readDeliveryBacklog, type DeliveryBacklog } from './deliveries/backlog.js';
export { recordDispute } from './disputes/record.js';
export type { EventActor } from './events/actor.js';
export * from './events/change.js';
export * from './events/create.js';
export { findEvent, findEvents, listEvents, listEventsByUrgency } from './events/find.js';
export { searchEvents, type EventSearch } from './events/search.js';
export * from './holds/end.js';
export * from './holds/find.js';
export { listHolds } from './holds/list.js';
export * from './holds/record.js';
export * from './holds/refuse.js';
export * from './holds/release-of-event.js';
export * from './inventory/generation.js';
export * from './mails/due.js';
export * from './mails/guest-links.js';
export * from './mails/of-purchase.js';
export { deleteOldMails } from './mails/retention.js';
export * from './messages/of-purchases.js';
export { migrate, OtherMigrations } from './migrate.js';
export { deleteOldPaymentEvents, recordPaymentEvent, type PaymentEvent } from './payment-events/record.js';
export * from './purchases/await-buyer.js';
export * from './purchases/claim.js';
export * from './purchases/finalise.js';
export * from './purchases/find.js';
export { listPurchases, type ListFilter } from './purchases/list.js';
export * from './purchases/persist.js';
export * from './purchases/refuse.js';
export * from './purchases/correct-payment.js';
export * from './purchases/undo.js';
export * from './purchases/user-tickets.js';
export * from './purchases/operator-view.js';
export { findWorkflows } from './purchases/workflows.js';
export { findReceipts } from './receipts/find.js';
export { issueReceipts, type ReceiptIssuer } from './receipts/issue.js';
export { issueMissingReceipts } from './receipts/missing.js';
export * from './reconciliation/abandoned.js';
export { hasUnbuildableTickets, readContradictions, type Contradiction } from './reconciliation/contradictions.js';
export * from './reconciliation/correct-capacity.js';
export * from './reconciliation/event-purchases.js';
export * from './reconciliation/event-record.js';
export * from './reconciliation/finding-decision.js';
export * from './reconciliation/findings.js';
export * from './reconciliation/checkpoints.js';
export type { InvalidAdmission } from './reconciliation/invalid-admissions.js';
export { beginRepair } from './reconciliation/made-repairs.js';
export { findMissingMessages } from './reconciliation/missing-messages.js';
export * from './reconciliation/money.js';
export * from './reconciliation/stalled.js';
export { storableText } from './storable-text.js';
export * from './reconciliation/unresolved-payments.js';
export * from './reconciliation/runs.js';
export type { WrongLines } from './reconciliation/wrong-lines.js';
export { countOutcomes } from './statistics/count-outcomes.js';
export {
  readStatistics,
  type HoldCount,
  type HourlyStatistics,
  type RefusalCount,
  type TicketTypeStatistics,
  type Turnover,
} from './statistics/read-statistics.js';
export { listWebhookAttempts, type WebhookAttempt } from './webhooks/attempts.js';
export * from './webhooks/change-endpoint.js';
export * from './webhooks/deliveries.js';
export * from './webhooks/disable-endpoint.js';
export * from './webhooks/endpoints.js';
export * from './webhooks/requested-messages.js';
export { deleteExpiredWebhooks } from './webhooks/retention.js';
export * from './tickets/admission-counts.js';
export * from './tickets/check-in-request.js';
export * from './tickets/check-in.js';
export * from './tickets/door-list.js';
export * from './tickets/find.js';
export * from './tickets/search.js';
export * from './tickets/transfer.js';
export * from './tickets/undo-check-in.js';
