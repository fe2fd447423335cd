import { randomUUID } from 'node:crypto';
import type { ApiClient, Schema } from '@box-office/api-client';
import { eventKey, formatMoney, formatTickets, transactionKey, userTicketsKey } from '@box-office/contract';
import type { Terminal } from '../console/terminal.js';
import { LauncherFailure } from '../failure.js';
import { waitUntil } from '../processes/waiting.js';
import { expectData } from './api.js';
import type { DemoEvent } from './events.js';
import type { Stores } from './stores.js';

const STORES_TIMEOUT_MS = 15_000;
const QUANTITY = 2;

export interface Demonstration {
  readonly buyer: ApiClient;
  readonly buyerId: string;
  readonly event: DemoEvent;
  readonly stores: Stores;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** A purchase that was made, with the capacities before it. */
export interface Bought {
  readonly confirmation: Schema<'ConfirmedPurchase'>;
  readonly before: { readonly postgres: number | undefined; readonly redis: number | undefined };
}

/** One real purchase over HTTP. */
export async function buy(d: Demonstration): Promise<Bought> {
  const before = {
    postgres: await d.stores.capacity(d.event.id),
    redis: (await d.stores.eventModel(d.event.id))?.capacity,
  };
  const body = { eventId: d.event.id, quantity: QUANTITY, payment: { method: 'pm_card_visa' } };
  d.terminal.line(`POST /api/tickets/purchase  ${JSON.stringify(body)}`);
  const startedAt = performance.now();
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  const confirmation = await expectData('the purchase', d.buyer.POST('/api/tickets/purchase', { params, body }));
  if (confirmation.status === 'open') throw new LauncherFailure('the purchase is not finished in time');
  d.terminal.line(`201 Created in ${(performance.now() - startedAt).toFixed(0)} ms`);
  d.terminal.table([
    ['event', `${d.event.name} (${d.event.id})`],
    ['buyer', d.buyerId],
    ['purchase', confirmation.purchaseId],
    ['transaction', confirmation.transactionId],
    ['tickets', formatTickets(confirmation.tickets)],
    ['amount', formatMoney(confirmation.amountMinor, confirmation.currency)],
  ]);
  return { confirmation, before };
}

/** Shows what the purchase wrote to each store; waits for what is written after the answer. */
export async function showTraces(d: Demonstration, o: Bought): Promise<void> {
  const { stores, terminal } = d;
  const { purchaseId, transactionId, currency } = o.confirmation;
  const boughtAt = performance.now();
  const found = <T>(what: string, read: () => Promise<T | undefined>): Promise<T> =>
    waitUntil({ what, timeoutMs: STORES_TIMEOUT_MS, signal: d.signal, report: terminal }, async () => {
      const value = await read();
      if (value === undefined) throw new Error('nothing yet');
      return value;
    });

  const transaction = await found('the transaction in PostgreSQL', () => stores.transaction(purchaseId));
  const tickets = await stores.tickets(purchaseId);
  terminal.line('PostgreSQL');
  terminal.table([
    ['  event_ticket_transactions', `${transaction.status}, ${formatMoney(transaction.amountMinor, currency)}`],
    ['  event_tickets', `${formatTickets(tickets)}, ${[...new Set(tickets.map(({ status }) => status))].join(', ')}`],
  ]);

  const userModel = await found('the buyer’s tickets in Redis', () => stores.userModel(d.buyerId));
  const transactionModel = await found('the transaction in Redis', () => stores.transactionModel(transactionId));
  const eventModel = await found('the event in Redis', () => stores.eventModel(d.event.id));
  terminal.line('Redis');
  terminal.table([
    [`  ${eventKey(d.event.id)}`, `capacity ${o.before.redis ?? '?'} before, ${eventModel.capacity} after`],
    [`  ${userTicketsKey(d.buyerId)}`, formatTickets(userModel.tickets)],
    [`  ${transactionKey(transactionId)}`, transactionModel.status],
  ]);

  const ledger = await found('the audit consumer’s capacity line', () => stores.ledgerLine(purchaseId));
  const audit = await found('the audit consumer’s log line', () => stores.auditLine(purchaseId));
  const auditedMs = performance.now() - boughtAt;
  const queues = await stores.queues();
  terminal.line('RabbitMQ');
  const contents = [
    `EventId ${ledger.eventId}, CapacityChange ${signed(ledger.change)}, Operation ${ledger.operation}`,
    `UserId ${audit.userId}, Amount ${audit.amountMinor}`,
  ];
  terminal.table(
    queues.map(({ queue, waiting, consumers }, i) => [
      `  ${queue}`,
      `${contents[i] ?? ''} (consumed; ${waiting} waiting, ${consumers} consumer${consumers === 1 ? '' : 's'})`,
    ]),
  );
  const capacityAfter = await stores.capacity(d.event.id);
  terminal.line(`Audit consumer, within ${auditedMs.toFixed(0)} ms of the answer`);
  terminal.table([
    ['  capacity_ledger', `${ledger.operation} ${signed(ledger.change)}, message ${ledger.messageId}`],
    ['  audit_logs', `${audit.kind} ${formatMoney(audit.amountMinor, audit.currency)}, message ${audit.messageId}`],
    ['  events.capacity', `${o.before.postgres ?? '?'} before, ${capacityAfter ?? '?'} after`],
  ]);
}

const signed = (change: number): string => (change < 0 ? `−${-change}` : `+${change}`);
