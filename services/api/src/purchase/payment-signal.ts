import { PAYMENT_CHANGED_SIGNAL } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import type { Client } from '@temporalio/client';
import type { Database } from '../database.js';

/** A signal that arrives later than this is of little use: the workflow looks by itself. */
const SIGNAL_MS = 2_000;

/** Has the workflow of a purchase that waits for its buyer look at the payment at once. Best effort; never rejects. */
export type SignalPayment = (purchaseId: string) => Promise<void>;

/** Signals a workflow by its id. @throws if it has ended, or Temporal is unavailable */
export type SignalWorkflow = (workflowId: string) => Promise<void>;

export const createSignalWorkflow =
  (client: Client): SignalWorkflow =>
  (workflowId) =>
    client.withDeadline(Date.now() + SIGNAL_MS, () =>
      client.workflow.getHandle(workflowId).signal(PAYMENT_CHANGED_SIGNAL),
    );

export function createSignalPayment(o: {
  readonly findWorkflows: Database['findWorkflows'];
  readonly signal: SignalWorkflow;
  readonly logger: Logger;
}): SignalPayment {
  return async (purchaseId) => {
    try {
      const [owner] = (await o.findWorkflows(purchaseId)) ?? [];
      if (owner !== undefined) await o.signal(owner);
    } catch (error) {
      o.logger.info({ err: error, purchaseId }, 'the signal of a payment was lost: its workflow looks by itself');
    }
  };
}
