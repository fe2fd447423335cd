import type { Inventory } from '@box-office/inventory';
import type { Publisher } from '@box-office/messaging';
import type { PaymentPort } from '@box-office/payments';
import type { Logger } from '@box-office/platform';
import type pg from 'pg';
import type { Workflows } from './workflows.js';

/** What reconciliation works with; built once in main.ts. */
export interface ReconciliationDeps {
  readonly pool: pg.Pool;
  readonly inventory: Inventory;
  readonly payments: PaymentPort;
  readonly publisher: Publisher;
  /** Whether messages may be on their way to the ledger or the audit log, or nobody can tell. */
  readonly messagesOnTheWay: () => Promise<boolean>;
  readonly workflows: Workflows;
  readonly logger: Logger;
  /** How long after its last change, and after the end of its workflow, something that stands unfinished is taken up again. */
  readonly idleMs: number;
  /** How long something may stand unfinished, and no step of it be tried, before a person is told. */
  readonly stalledMs: number;
}
