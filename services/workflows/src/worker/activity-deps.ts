import type { CancellationAsked } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import type { Publisher } from '@box-office/messaging';
import type { PaymentPort } from '@box-office/payments';
import type { Logger } from '@box-office/platform';
import type pg from 'pg';
import type { ObserveActivity } from './metrics.js';
import type { NotifyOutcomes } from './notifier.js';

/** What the activities work with; built once in purchase-worker.ts. */
export interface ActivityDeps {
  readonly pool: pg.Pool;
  readonly inventory: Inventory;
  readonly payments: PaymentPort;
  readonly publisher: Publisher;
  /** Notifies the gateways of outcomes and next actions, without waiting: it saves them a query. */
  readonly notify: NotifyOutcomes;
  /** Notifies a hold's workflow that a purchase has used or returned the hold, without waiting. */
  readonly notifyHold: (holdId: string, purchaseId: string) => void;
  /** Notifies a purchase's workflow that a cancellation was requested, without waiting; for its progress log. */
  readonly notifyPurchase: (workflowId: string, asked: CancellationAsked) => void;
  readonly logger: Logger;
  /** For the metrics. */
  readonly observe?: ObserveActivity;
  /** How long a payment step of the fast path waits for the slowest of its purchases. */
  readonly paymentSoftDeadlineMs: number;
  /** How long a purchase waits for its buyer to authenticate. */
  readonly authenticationTimeoutMs: number;
  /** Purchases of a cancelled event that are refunded per second, at most; each event on its own. */
  readonly eventCancellationsPerS: number;
}
