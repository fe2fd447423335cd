import { serialsOf, sumOfFees, type TransactionRecord } from '@box-office/contract';
import type { NewAuditLine } from './append.js';
import type { Json } from './canonical-json.js';
import { provenanceOf } from './operator-line.js';
import type { SoldTicket, TransactionDetails } from './transaction-details.js';

/**
 * The audit line of a sale or a cancellation: the content of its message, and from PostgreSQL who requested it and the
 * purchase before and after it. If the purchase has no row, the line has the message alone.
 */
export function auditLineOf(message: TransactionRecord, details: TransactionDetails): NewAuditLine {
  const items = itemsOf(message);
  return {
    messageId: message.MessageId.toLowerCase(),
    kind: message.Operation,
    actor: message.UserId,
    purchaseId: message.PurchaseId.toLowerCase(),
    transactionId: message.TransactionId,
    userId: message.UserId,
    eventId: message.EventId,
    amountMinor: message.Amount,
    currency: message.Currency,
    requestId: message.RequestId,
    occurredAt: message.OccurredAt,
    details: { items },
    ...(message.Operation === 'purchase' ? ofSale(message, details) : ofCancellation(message, details, items)),
  };
}

const itemsOf = (message: TransactionRecord) =>
  message.Items.map(({ TicketType, Quantity }) => ({ TicketType, Quantity }));

function ofSale(message: TransactionRecord, details: TransactionDetails): Partial<NewAuditLine> {
  const { tickets = [], fees = null } = details.purchases.get(message.PurchaseId.toLowerCase()) ?? {};
  if (tickets.length === 0) return {};
  const feesMinor = sumOfFees(fees);
  return {
    before: state('persisted', []),
    after: state('confirmed', tickets),
    ...(feesMinor > 0 && { details: { items: itemsOf(message), feesMinor } }),
  };
}

function ofCancellation(message: TransactionRecord, details: TransactionDetails, items: Json): Partial<NewAuditLine> {
  const cancellation = details.cancellations.get(message.MessageId.toLowerCase());
  if (!cancellation) return {};
  const { cancellationId, requestedBy, byOperator, reason, cancelledBefore, verifiedChannel, returnedFeesMinor } =
    cancellation;
  const withheldMinor = cancellation.tickets.reduce((sum, ticket) => sum + ticket.withheldMinor, 0);
  const sold = details.purchases.get(message.PurchaseId.toLowerCase())?.tickets ?? [];
  const before = sold.filter((ticket) => !cancelledBefore.has(ticket.ticketId));
  const now = new Set(cancellation.tickets.map((ticket) => ticket.ticketId));
  const after = before.filter((ticket) => !now.has(ticket.ticketId));
  return {
    actor: requestedBy,
    before: state('confirmed', before),
    after: state(after.length === 0 ? 'cancelled' : 'confirmed', after),
    details: {
      items,
      cancellationId,
      byOperator,
      reason,
      ...(returnedFeesMinor > 0 && { returnedFeesMinor }),
      ...(withheldMinor > 0 && { withheldMinor }),
      ...(byOperator &&
        provenanceOf({
          name: requestedBy,
          verified: verifiedChannel !== null,
          channel: verifiedChannel ?? 'temporal-ui',
        })),
    },
  };
}

/** The purchase's status and its valid tickets. */
function state(status: string, tickets: readonly SoldTicket[]): Json {
  return { status, tickets: serialsOf(tickets).map(({ ticketType, serials }) => ({ ticketType, serials })) };
}
