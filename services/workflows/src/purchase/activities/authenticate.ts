import type { BuyerAction } from '@box-office/contract';
import { clearNextAction, recordNextAction, type AwaitBuyer, type PurchaseAtEpoch } from '@box-office/database';
import { PaymentUnknownError, type AuthoriseResult } from '@box-office/payments';
import { cancellationSignal } from '@temporalio/activity';
import type { ActivityDeps } from '../../worker/activity-deps.js';
import { openDeadline } from './deadline.js';
import { authorisationOf, type PaymentRequest } from './payment.js';

/** What is not known by then is asked for again later. */
const LOOK_UP_MS = 2_000;

/** A purchase whose buyer has to authenticate before its amount is authorised. */
export interface PendingAuthentication extends PurchaseAtEpoch {
  readonly payment: PaymentRequest;
  readonly authorisationId: string;
  readonly action: BuyerAction;
}

export type Authentication =
  | { readonly kind: 'authorised' }
  /** `untilMs`: when it is given up. */
  | { readonly kind: 'waiting'; readonly untilMs: number }
  | { readonly kind: 'timed_out' }
  | Extract<AuthoriseResult, { kind: 'declined' }>
  | Exclude<AwaitBuyer, { kind: 'waiting' }>;

/** The buyer's part of a payment. */
export function createAuthenticateActivities({ pool, payments, notify, authenticationTimeoutMs }: ActivityDeps) {
  /** Undefined while the provider does not answer. */
  async function read({ payment, authorisationId }: PendingAuthentication): Promise<AuthoriseResult | undefined> {
    const deadline = openDeadline(cancellationSignal(), LOOK_UP_MS);
    try {
      return await payments.readAuthorisation({ ...authorisationOf(payment), authorisationId }, deadline.signal);
    } catch (error) {
      if (error instanceof PaymentUnknownError) return undefined;
      throw error;
    } finally {
      deadline.close();
    }
  }

  async function authenticate(purchase: PendingAuthentication): Promise<Authentication> {
    const { purchaseId, epoch, action } = purchase;
    const until = new Date(Date.now() + authenticationTimeoutMs).toISOString();
    const state = await recordNextAction(pool, { purchaseId, epoch, nextAction: { ...action, until } });
    if (state.kind !== 'waiting') return state;
    const { fingerprint, nextAction, isNew } = state;
    const waiting = { kind: 'waiting', untilMs: Date.parse(nextAction.until) } as const;
    if (isNew) {
      notify([{ purchaseId, fingerprint, nextAction }]);
      return waiting;
    }
    const answer = await read(purchase);
    switch (answer?.kind) {
      case 'authorised':
        await clearNextAction(pool, purchase);
        return { kind: 'authorised' };
      case 'declined':
        return answer;
      case 'requires_action':
      case undefined:
        return waiting.untilMs <= Date.now() ? { kind: 'timed_out' } : waiting;
    }
  }

  return {
    /**
     * The first call records what the buyers have to do, and notifies the gateways; later ones ask the provider what it came
     * to. One answer per purchase, in their order.
     */
    authenticate: (purchases: readonly PendingAuthentication[]): Promise<Authentication[]> =>
      Promise.all(purchases.map(authenticate)),
  };
}
