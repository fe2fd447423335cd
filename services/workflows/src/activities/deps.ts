import type { Announcement, CancellationAsked } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import type { Publisher } from '@box-office/messaging';
import type { PaymentPort } from '@box-office/payments';
import type { Logger } from '@box-office/platform';
import type pg from 'pg';
import type { ObserveActivity } from '../metrics.js';

/** What the activities work with; built once in main.ts. */
export interface ActivityDeps {
  readonly pool: pg.Pool;
  readonly inventory: Inventory;
  readonly payments: PaymentPort;
  readonly publisher: Publisher;
  /** Tells the gateways of final outcomes, without waiting: a hint that saves them a look into PostgreSQL. */
  readonly announce: (outcomes: readonly Announcement[]) => void;
  /** Tells a hold's workflow that a purchase has used or returned the hold, without waiting: a hint that has it look now. */
  readonly tellHold: (holdId: string, purchaseId: string) => void;
  /** Tells a purchase's workflow that a cancellation was asked for, without waiting: a hint for its current details. */
  readonly tellPurchase: (workflowId: string, asked: CancellationAsked) => void;
  readonly logger: Logger;
  /** For the metrics. */
  readonly observe?: ObserveActivity;
  /** How long a payment step of the fast path waits for the slowest of its purchases. */
  readonly paymentSoftDeadlineMs: number;
  /** Purchases of a cancelled event that are refunded per second, at most; each event on its own. */
  readonly eventCancellationsPerS: number;
}
