import { purchaseWorkflowId, PURCHASE_WORKFLOW, type PurchaseOrder } from '@box-office/contract';
import { createInventory, type Inventory } from '@box-office/inventory';
import { createHttpPayments, paymentKey, type HttpPayments } from '@box-office/payments';
import {
  claimPurchases,
  finalisePurchases,
  persistTickets,
  readGeneration,
  type ClaimedPurchase,
} from '@box-office/records';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { inject } from 'vitest';
import { newBuyer, type Office } from '../../support/office.js';

/** Every store with its doors open, for tests that plant what must never be. */
export interface Backstage {
  readonly inventory: Inventory;
  readonly payments: HttpPayments;
  readonly temporal: Client;
  /** The schema's owner, who may write what the services may not. */
  readonly owner: pg.Pool;
  generationOf(eventId: string): Promise<number>;
  /** Takes a purchase as far as a worker would, up to its confirmation, with the given owner; it publishes nothing. */
  confirmed(o: {
    eventId: string;
    quantity: number;
    purchaseId: string;
    owner: WorkflowRun;
  }): Promise<ConfirmedPurchase>;
  /** A workflow that nobody works on, under the id of a purchase; terminate it. */
  idleWorkflow(purchaseId: string): Promise<WorkflowRun>;
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

export async function openBackstage(office: Office): Promise<Backstage> {
  const stack = inject('stack');
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const temporal = new Client({ connection, namespace: stack.temporalNamespace });
  const owner = new pg.Pool({ connectionString: stack.databaseOwnerUrl, max: 2 });
  const inventory = createInventory(office.redis);
  const payments = createHttpPayments({ url: stack.paymentUrl });

  const generationOf = async (eventId: string): Promise<number> => {
    const generation = await readGeneration(office.pool, eventId);
    if (generation === null) throw new Error(`there is no event ${eventId}`);
    return generation;
  };

  return {
    ...{ inventory, payments, temporal, owner, generationOf },

    async confirmed({ eventId, quantity, purchaseId, owner: claimant }) {
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
      const [claim] = await claimPurchases(office.pool, [order], claimant);
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
      if (paid.kind !== 'authorised') throw new Error(paid.reason);
      const { authorisationId } = paid;
      await persistTickets(office.pool, [{ purchaseId, epoch, generation, authorisationId, items: reserved.items }]);
      await payments.capture({ key: key('capture'), authorisationId });
      const [final] = await finalisePurchases(office.pool, [claim]);
      if (final?.kind !== 'confirmed') throw new Error(`not confirmed: ${final?.kind}`);
      return { purchaseId, userId, claim };
    },

    async idleWorkflow(purchaseId) {
      const handle = await temporal.workflow.start(PURCHASE_WORKFLOW, {
        workflowId: purchaseWorkflowId(purchaseId),
        taskQueue: `nobody-works-here-${purchaseId}`,
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
