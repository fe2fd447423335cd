import type { Inventory } from '@box-office/inventory';
import type { Publisher } from '@box-office/messaging';
import type { PaymentPort } from '@box-office/payments';
import type pg from 'pg';
import type { ReturnedPayments } from './comparing/shortfall.js';
import type { TemporalWorkflows } from './temporal-workflows.js';

/** Dependencies of reconciliation; built once in start-reconciliation.ts. */
export interface ReconciliationDeps {
  readonly pool: pg.Pool;
  readonly inventory: Inventory;
  readonly payments: PaymentPort;
  readonly publisher: Publisher;
  /** True if messages to the ledger or the audit log may be unconsumed, and if the broker cannot tell. */
  readonly mayHaveUnconsumedMessages: () => Promise<boolean>;
  readonly workflows: TemporalWorkflows;
  readonly returnedPayments: ReturnedPayments;
  /** How long unfinished work must be unchanged, and its workflow closed, before it is recovered. */
  readonly idleMs: number;
  /** How long work may be unfinished, with no step being tried, before it is handed over to an operator. */
  readonly stalledMs: number;
}
