import { randomUUID } from 'node:crypto';
import type { Schema } from '@box-office/api-client';
import { detachedPurchaseWorkflowId, purchaseWorkflowId } from '@box-office/contract';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { expect, inject } from 'vitest';
import { newBuyer, startTestSystem, type Answer, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

export const RETURN_URL = 'https://shop.example/checkout/return?key=1';
export const AUTHENTICATED = 'pm_card_authenticationRequired';

type Purchase = Schema<'Purchase'>;

/** A purchase that waits for its buyer. */
interface WaitingPurchase {
  readonly purchaseId: string;
  readonly eventId: string;
  readonly as: string;
  readonly key: string;
  readonly action: { readonly kind: string; readonly url: string; readonly until: string };
}

export interface AuthenticationFixture {
  readonly system: TestSystem;
  /** Buys one of two tickets with a payment method that needs the buyer. */
  begin(o?: { method?: string; eventId?: string; holdId?: string; as?: string }): Promise<WaitingPurchase>;
  buy(o: { eventId: string; as: string; key: string; method?: string; holdId?: string }): Promise<Answer>;
  /** What the buyer does on the provider's page. @returns where the buyer is sent then */
  act(waiting: Pick<WaitingPurchase, 'action'>, result: 'complete' | 'fail'): Promise<URL>;
  show(waiting: Pick<WaitingPurchase, 'purchaseId' | 'as'>): Promise<Purchase>;
  checkPayment(waiting: Pick<WaitingPurchase, 'purchaseId' | 'as'>): Promise<Answer>;
  expectStatus(waiting: WaitingPurchase, status: Purchase['status'], timeoutMs?: number): Promise<Purchase>;
  availableOf(eventId: string): Promise<number | null | undefined>;
  /** No workflow of the purchase runs any more. */
  expectEnded(purchaseId: string): Promise<void>;
  /** States of the purchase's authorisations at the provider. */
  statesOf(purchaseId: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function openAuthenticationFixture(env: Record<string, string> = {}): Promise<AuthenticationFixture> {
  const { temporalAddress, temporalNamespace, paymentUrl } = inject('stack');
  const connection = await Connection.connect({ address: temporalAddress });
  const temporal = new Client({ connection, namespace: temporalNamespace });
  const system = await startTestSystem(undefined, {
    PAYMENT_RETURN_ORIGINS: new URL(RETURN_URL).origin,
    ...env,
  });

  const buy: AuthenticationFixture['buy'] = ({ eventId, as, key, method = AUTHENTICATED, holdId }) =>
    system.buy(
      { eventId, ...(holdId === undefined ? { quantity: 1 } : { holdId }), payment: { method, returnUrl: RETURN_URL } },
      { as, key },
    );
  const show: AuthenticationFixture['show'] = async ({ purchaseId, as }) =>
    (await system.call('GET', `/api/purchases/${purchaseId}`, { as, role: 'buyer' })).body as unknown as Purchase;
  const isRunning = async (workflowId: string): Promise<boolean> => {
    try {
      return (await temporal.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };

  return {
    system,
    buy,
    show,
    async begin({ method, eventId, holdId, as = newBuyer() } = {}) {
      const event = eventId ?? (await system.createEvent({ total: 2 })).id;
      const key = randomUUID();
      const answer = await buy({
        eventId: event,
        as,
        key,
        ...(method !== undefined && { method }),
        ...(holdId !== undefined && { holdId }),
      });
      expect(answer.status).toBe(202);
      const { purchaseId, nextAction } = answer.body as unknown as Purchase;
      expect(nextAction).toMatchObject({ kind: 'redirect_to_url' });
      return { purchaseId, eventId: event, as, key, action: nextAction as WaitingPurchase['action'] };
    },
    async act({ action }, result) {
      const page = await fetch(action.url);
      const html = await page.text();
      const path = new RegExp(`action="([^"]+/${result}[^"]*)"`).exec(html)?.[1];
      if (path === undefined) throw new Error(`the page has no form: ${html}`);
      const done = await fetch(new URL(path.replaceAll('&amp;', '&'), action.url), {
        method: 'POST',
        redirect: 'manual',
      });
      expect(done.status).toBe(303);
      return new URL(done.headers.get('location') ?? '');
    },
    checkPayment: ({ purchaseId, as }) =>
      system.call('POST', `/api/purchases/${purchaseId}/payment-check`, { as, role: 'buyer' }),
    expectStatus: (waiting, status, timeoutMs) =>
      until(async () => {
        const purchase = await show(waiting);
        expect(purchase.status).toBe(status);
        return purchase;
      }, timeoutMs),
    async availableOf(eventId) {
      const params = { path: { id: eventId } };
      return (await system.operator.GET('/api/events/{id}', { params })).data?.ticketTypes[0]?.available;
    },
    expectEnded: (purchaseId) =>
      until(async () => {
        const ids = [purchaseWorkflowId(purchaseId), detachedPurchaseWorkflowId(purchaseId)];
        expect(await Promise.all(ids.map(isRunning))).toEqual([false, false]);
      }),
    async statesOf(purchaseId) {
      const response = await fetch(`${paymentUrl}/ledger?purchase=${purchaseId}`);
      const { purchases } = (await response.json()) as { purchases: { authorisations: { state: string }[] }[] };
      return purchases.flatMap(({ authorisations }) => authorisations.map(({ state }) => state));
    },
    async close() {
      await system.close();
      await connection.close();
    },
  };
}
