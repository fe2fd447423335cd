import type { PurchaseOutcome } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import type { CancellationWorkflows } from './cancellation/cancellation-workflows.js';
import type { Cancel } from './cancellation/request-cancellation.js';
import type { HoldClient } from './hold/hold-client.js';
import { type TakeHold, takeHold, type HoldTimes } from './hold/take-hold.js';
import type { GatewayMetrics } from './metrics.js';
import type { InterventionClient } from './operator/intervention-client.js';
import type { AuditWorkflows } from './operator/audit-workflows.js';
import type { Resolve } from './operator/resolution.js';
import type { Database } from './database.js';
import type { ReadModels } from './availability/read-models.js';
import type { InventoryRebuilder } from './availability/inventory-rebuilder.js';
import type { EventAdmin } from './event/event-admin.js';
import type { LookUpPurchase } from './purchase/purchase-lookup.js';
import type { IdempotencyStore } from './idempotency/idempotency-store.js';
import type { Resend } from './idempotency/resend.js';
import type { RefusedOutcome } from './idempotency/start-decision.js';
import type { Declines } from './purchase/buyer-limits.js';
import type { AnswerPurchase } from './purchase/purchase-request.js';
import type { Endpoint } from './http/endpoint.js';
import type { RequestLimits } from './http/limits/request-limits.js';
import { checkIn } from './check-in/check-in.js';
import { checkInBatch } from './check-in/check-in-batch.js';
import { searchTickets } from './check-in/search-tickets.js';
import { showDoorList } from './check-in/show-door-list.js';
import { showAdmissions } from './check-in/show-admissions.js';
import { undoCheckIn } from './check-in/undo-check-in.js';
import { eraseContacts, exportContacts } from './contact/contacts-of-person.js';
import { deleteContact, putContact, showContact } from './contact/own-contact.js';
import { showRefund } from './cancellation/show-refund.js';
import { showCancellation } from './cancellation/show-cancellation.js';
import { consumeGuestLink, requestGuestLink } from './guest-link/guest-links.js';
import { cancelEvent } from './event/cancel-event.js';
import { changeEvent } from './event/change-event.js';
import { createEvent } from './event/create-event.js';
import { listEvents } from './event/list-events.js';
import { showEventCancellation } from './event/show-event-cancellation.js';
import { showEvent } from './event/show-event.js';
import { showStatistics } from './event/show-statistics.js';
import { listHolds } from './hold/list-holds.js';
import { releaseHold } from './hold/release-hold.js';
import { showHold } from './hold/show-hold.js';
import { listMails, listMailsOfTicket, sendTicket, sendTickets } from './mail/purchase-mails.js';
import { listAttention } from './operator/list-attention.js';
import { listFindings } from './operator/list-findings.js';
import { rebuild } from './operator/rebuild.js';
import { reconcile } from './operator/reconcile.js';
import { resolvePurchase } from './operator/resolve.js';
import { showPurchaseForOperators } from './operator/show-purchase.js';
import { showRebuild } from './operator/show-rebuild.js';
import { showReconciliationRun } from './operator/show-reconciliation-run.js';
import { purchaseTickets } from './purchase/purchase-tickets.js';
import { checkPayment } from './purchase/check-payment.js';
import type { SignalPayment } from './purchase/payment-signal.js';
import { cancelPurchase } from './cancellation/cancel-purchase.js';
import { listPurchases } from './purchase/list-purchases.js';
import { showPurchase } from './purchase/show-purchase.js';
import { receiveStripeEvent } from './purchase/receive-stripe-event.js';
import { showTransaction } from './purchase/show-transaction.js';
import { acceptTransfer, showTransfer } from './ticket/accept-transfer.js';
import { listReceivedTickets } from './ticket/list-received-tickets.js';
import { offerTransfer, withdrawTransfer } from './ticket/offer-transfer.js';
import { listTickets } from './ticket/list-tickets.js';
import { changeWebhookEndpoint, deleteWebhookEndpoint, rotateWebhookSecret } from './webhook/change-endpoint.js';
import { registerWebhookEndpoint } from './webhook/register-endpoint.js';
import { replayWebhooks, sendTestWebhook } from './webhook/request-messages.js';
import { listWebhookAttempts, listWebhookEndpoints, showWebhookEndpoint } from './webhook/show-endpoints.js';
import type { WebhookSettings } from './webhook/webhook-settings.js';
import { showReceipts } from './receipt/show-receipts.js';
import { listTicketsOfPurchase } from './ticket/list-tickets-of-purchase.js';
import { showTicket } from './ticket/show-ticket.js';
import { showTicketKeys } from './ticket/show-ticket-keys.js';
import type { TicketCodes, TicketKey } from '@box-office/tickets/codes';

export interface EndpointDeps extends Database {
  readonly purchase: AnswerPurchase;
  readonly resendPurchase: Resend;
  readonly declines: Declines;
  readonly cancel: Cancel;
  readonly cancellations: CancellationWorkflows;
  readonly interventions: Pick<InterventionClient, 'list' | 'describe'>;
  readonly resolve: Resolve;
  readonly audit: AuditWorkflows;
  readonly hold: TakeHold;
  readonly resendHold: Resend;
  readonly holdClient: HoldClient;
  readonly holdTimes: HoldTimes;
  readonly lookUp: LookUpPurchase;
  readonly signalPayment: SignalPayment;
  /** Signs the webhooks of Stripe; undefined where none are taken. */
  readonly stripeWebhookSecret: string | undefined;
  /** Origins to which a buyer may return after an authentication. */
  readonly returnOrigins: readonly string[];
  readonly purchaseIdempotency: Pick<IdempotencyStore<PurchaseOutcome>, 'read'>;
  readonly holdIdempotency: Pick<IdempotencyStore<RefusedOutcome>, 'read'>;
  readonly readModels: ReadModels;
  readonly rebuilder: InventoryRebuilder;
  readonly events: EventAdmin;
  readonly webhooks: WebhookSettings;
  readonly entryOpensBeforeS: number;
  readonly ticketKeys: readonly TicketKey[];
  readonly codes: TicketCodes;
  readonly limits: Pick<RequestLimits, 'ofGuestLinks'>;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
}

/** Every endpoint of the API, in the order in which its description lists them. */
export const endpoints = (deps: EndpointDeps): readonly Endpoint[] => [
  purchaseTickets(deps),
  takeHold(deps),
  listHolds(deps),
  showHold(deps),
  releaseHold(deps),
  listPurchases(deps),
  showPurchase(deps),
  checkPayment(deps),
  receiveStripeEvent(deps),
  showRefund(deps),
  cancelPurchase(deps),
  showCancellation(deps),
  showTransaction(deps),
  listTickets(deps),
  listTicketsOfPurchase(deps),
  listMails(deps),
  sendTickets(deps),
  listMailsOfTicket(deps),
  sendTicket(deps),
  showReceipts(deps),
  showTicket(deps),
  listReceivedTickets(deps),
  offerTransfer(deps),
  withdrawTransfer(deps),
  showTransfer(deps),
  acceptTransfer(deps),
  showTicketKeys(deps),
  showContact(deps),
  putContact(deps),
  deleteContact(deps),
  requestGuestLink(deps),
  consumeGuestLink(deps),
  checkIn(deps),
  checkInBatch(deps),
  undoCheckIn(deps),
  showAdmissions(deps),
  showDoorList(deps),
  searchTickets(deps),
  listEvents(deps),
  showEvent(deps),
  createEvent(deps),
  changeEvent(deps),
  cancelEvent(deps),
  showEventCancellation(deps),
  showStatistics(deps),
  listAttention(deps),
  showPurchaseForOperators(deps),
  resolvePurchase(deps),
  reconcile(deps),
  showReconciliationRun(deps),
  listFindings(deps),
  rebuild(deps),
  showRebuild(deps),
  exportContacts(deps),
  eraseContacts(deps),
  listWebhookEndpoints(deps),
  registerWebhookEndpoint(deps),
  showWebhookEndpoint(deps),
  changeWebhookEndpoint(deps),
  deleteWebhookEndpoint(deps),
  rotateWebhookSecret(deps),
  listWebhookAttempts(deps),
  replayWebhooks(deps),
  sendTestWebhook(deps),
];
