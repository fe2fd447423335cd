import * as operations from '@box-office/database';
import type pg from 'pg';

const NAMES = [
  'acceptTicket',
  'askToUndo',
  'changeWebhookEndpoint',
  'closeWebhookFinding',
  'consumeGuestLink',
  'deleteWebhookEndpoint',
  'eraseContacts',
  'exportContacts',
  'checkIn',
  'findCancellations',
  'findCheckIn',
  'findContact',
  'findEvent',
  'findHold',
  'findOpenOffer',
  'findOperatorAction',
  'findPurchases',
  'findReceipts',
  'findReconciliationRun',
  'findTicket',
  'findTicketsOfPurchase',
  'findTransaction',
  'findWebhookEndpoint',
  'findWorkflows',
  'listEvents',
  'listFindings',
  'listHolds',
  'listPurchaseMails',
  'listPurchases',
  'listReceivedTickets',
  'listStalledWork',
  'listUserTickets',
  'listWaitingCancellations',
  'listWebhookAttempts',
  'listWebhookEndpoints',
  'noteOperatorRequest',
  'offerTicket',
  'putContact',
  'readAdmissions',
  'readDoorList',
  'readEventCancellation',
  'readPurchaseForOperators',
  'readRefund',
  'readStatistics',
  'recordOperatorAct',
  'recordOperatorAction',
  'registerWebhookEndpoint',
  'replayWebhooks',
  'requestGuestLinks',
  'requestPurchaseMail',
  'requestReconciliationRun',
  'rotateWebhookSecret',
  'writeTestWebhook',
  'recordDispute',
  'recordPaymentEvent',
  'searchEvents',
  'searchTickets',
  'undoCheckIn',
  'withdrawOffer',
] as const;

type WithoutPool<F> = F extends (pool: pg.Pool, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** The operations of PostgreSQL that the gateway uses. Each has its own deadline and rejects when PostgreSQL is unavailable. */
export type Database = { readonly [Name in (typeof NAMES)[number]]: WithoutPool<(typeof operations)[Name]> };

/** These operations with their pool bound. */
export function createDatabase(pool: pg.Pool): Database {
  const bound = NAMES.map((name) => [name, (operations[name] as (...args: unknown[]) => unknown).bind(null, pool)]);
  return Object.fromEntries(bound) as Database;
}
