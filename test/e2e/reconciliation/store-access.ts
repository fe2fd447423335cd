import { purchaseWorkflowId, PURCHASE_WORKFLOW, type PurchaseOrder } from '@box-office/contract';
import { createInventory, type Inventory } from '@box-office/inventory';
import {
  createStripePayments,
  paymentKey,
  simulatorSettings,
  type PurchasePayments,
  type StripePayments,
} from '@box-office/payments';
import {
  claimPurchases,
  finalisePurchases,
  persistTickets,
  readGeneration,
  type ClaimedPurchase,
} from '@box-office/database';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { inject } from 'vitest';
import { newBuyer, type TestSystem } from '../../support/test-system.js';

/** Direct access to every store, for tests that plant differences. */
export interface StoreAccess {
  readonly inventory: Inventory;
  readonly payments: StripePayments;
  readonly temporal: Client;
  /** The schema's owner, who may write what the services may not. */
  readonly owner: pg.Pool;
  generationOf(eventId: string): Promise<number>;
  /** What the payment provider has of a purchase that was made a moment ago. */
  authorisationsOf(purchaseId: string): Promise<PurchasePayments['authorisations']>;
  /** Runs the steps of a purchase up to its confirmation, with the given owner workflow. Publishes nothing. */
  confirmPurchase(o: {
    eventId: string;
    quantity: number;
    purchaseId: string;
    owner: WorkflowRun;
  }): Promise<ConfirmedPurchase>;
  /** Starts a workflow that no worker runs, with the id of a purchase's workflow. Terminate it in the test. */
  startIdleWorkflow(purchaseId: string): Promise<WorkflowRun>;
  close(): Promise<void>;
}

interface WorkflowRun {
  readonly workflowId: string;
  readonly runId: string;
}

interface ConfirmedPurchase {
  readonly purchaseId: string;
  readonly userId: string;
  readonly claim: ClaimedPurchase;
}

const METHOD = 'pm_approve';

const aMinuteAgo = (): Date => new Date(Date.now() - 60_000);

export async function openStoreAccess(system: TestSystem): Promise<StoreAccess> {
  const stack = inject('stack');
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const temporal = new Client({ connection, namespace: stack.temporalNamespace });
  const owner = new pg.Pool({ connectionString: stack.databaseOwnerUrl, max: 2 });
  const inventory = createInventory(system.redis);
  const payments = createStripePayments(simulatorSettings(stack.paymentUrl));

  const generationOf = async (eventId: string): Promise<number> => {
    const generation = await readGeneration(system.pool, eventId);
    if (generation === null) throw new Error(`there is no event ${eventId}`);
    return generation;
  };

  return {
    inventory,
    payments,
    temporal,
    owner,
    generationOf,

    async authorisationsOf(purchaseId) {
      const [entry] = await payments.readPurchases([{ purchaseId, authorisationIds: [], since: aMinuteAgo() }]);
      return entry?.authorisations ?? [];
    },

    async confirmPurchase({ eventId, quantity, purchaseId, owner: claimant }) {
      const order: PurchaseOrder = {
        purchaseId,
        fingerprint: 'planted',
        userId: newBuyer(),
        eventId,
        items: [{ ticketType: 'standard', quantity }],
        paymentMethod: METHOD,
        requestId: 'planted',
      };
      const { userId, items } = order;
      const [claim] = await claimPurchases(system.pool, [order], claimant);
      if (claim?.kind !== 'mine') throw new Error(`not claimed: ${claim?.kind}`);
      const { epoch, generation, amountMinor, currency } = claim;
      const reply = await inventory.reserve(eventId, generation, [{ purchaseId, epoch, userId, items }]);
      const [reserved] = reply.kind === 'done' ? reply.outcomes : [];
      if (reserved?.kind !== 'reserved') throw new Error(`not reserved: ${JSON.stringify(reply)}`);
      const key = (operation: 'authorise' | 'capture') => paymentKey(purchaseId, 1, operation);
      const paid = await payments.authorise({
        key: key('authorise'),
        amountMinor,
        currency,
        method: METHOD,
        purchaseId,
      });
      if (paid.kind !== 'authorised') throw new Error(paid.kind);
      const { authorisationId } = paid;
      await persistTickets(system.pool, [{ purchaseId, epoch, generation, authorisationId, items: reserved.items }]);
      await payments.capture({ key: key('capture'), authorisationId });
      const [final] = await finalisePurchases(system.pool, [claim]);
      if (final?.kind !== 'confirmed') throw new Error(`not confirmed: ${final?.kind}`);
      return { purchaseId, userId, claim };
    },

    async startIdleWorkflow(purchaseId) {
      const handle = await temporal.workflow.start(PURCHASE_WORKFLOW, {
        workflowId: purchaseWorkflowId(purchaseId),
        taskQueue: `no-worker-${purchaseId}`,
        args: [],
      });
      return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
    },

    async close() {
      payments.close();
      await Promise.all([owner.end(), connection.close()]);
    },
  };
}
