import type { DisputeStatus } from '@box-office/contract';
import { behaviourOf } from './behaviour.js';
import type { ChangeEntry, FirstEntry } from './entries.js';

export interface Refund {
  readonly refundId: string;
  readonly key: string;
  readonly amountMinor: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly at: number;
  /** It was accepted, and the buyer's bank could not take the money. */
  readonly hasFailed: boolean;
}

export interface SimulatedDispute {
  readonly disputeId: string;
  readonly amountMinor: number;
  readonly reason: string;
  readonly status: DisputeStatus;
  /** When it was opened. */
  readonly at: number;
}

type Outcome = 'created' | 'action_required' | 'authorised' | 'declined' | 'captured' | 'voided';

/** A PaymentIntent as it is after some of its entries. */
export interface Intent {
  readonly id: string;
  /** Idempotency key of the request that made it. */
  readonly key: string;
  readonly purchaseId: string;
  /** In Stripe's smallest units. */
  readonly amountMinor: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly method: string | null;
  readonly outcome: Outcome;
  /** Why the last attempt was declined. */
  readonly reason: string | null;
  /** When it was authorised or declined; null before. */
  readonly confirmedAt: number | null;
  readonly endedAt: number | null;
  readonly refunds: readonly Refund[];
  readonly disputes: readonly SimulatedDispute[];
  /** Where the buyer has to act, with Stripe.js or without, and where the buyer goes afterwards. */
  readonly action?: { readonly url: string; readonly returnUrl: string; readonly useSdk: boolean };
}

export function firstState(entry: FirstEntry): Intent {
  const { key, purchaseId, amountMinor, currency, metadata, at, type } = entry;
  return {
    id: entry.authorisationId ?? `pi_${key}`,
    key,
    purchaseId,
    amountMinor,
    currency: currency.toUpperCase(),
    metadata: metadata ?? { purchase: purchaseId, key },
    createdAt: at,
    method: type === 'created' ? null : entry.method,
    outcome: type,
    reason: type === 'declined' ? entry.reason : null,
    confirmedAt: type === 'created' || type === 'action_required' ? null : at,
    endedAt: null,
    refunds: [],
    disputes: [],
    ...(type === 'action_required' && {
      action: {
        url: entry.actionUrl,
        returnUrl: entry.returnUrl,
        useSdk: entry.confirmationToken !== undefined,
      },
    }),
  };
}

export function changed(intent: Intent, entry: ChangeEntry): Intent {
  const { at } = entry;
  switch (entry.type) {
    case 'confirmed':
      return { ...intent, outcome: 'authorised', method: entry.method, reason: null, confirmedAt: at };
    case 'confirmation_declined':
      return { ...intent, outcome: 'declined', method: entry.method, reason: entry.reason, confirmedAt: at };
    case 'captured':
      return { ...intent, outcome: 'captured', endedAt: at };
    case 'capture_refused':
      return { ...intent, outcome: 'declined', reason: 'capture_refused' };
    case 'voided':
      return { ...intent, outcome: 'voided', endedAt: at };
    case 'refunded': {
      const { refundId, key, amountMinor, metadata = {} } = entry;
      const refund = { refundId, key, amountMinor, metadata, at, hasFailed: false };
      return { ...intent, refunds: [...intent.refunds, refund] };
    }
    case 'refund_failed': {
      const { refundId } = entry;
      const refunds = intent.refunds.map((one) => (one.refundId === refundId ? { ...one, hasFailed: true } : one));
      return { ...intent, refunds };
    }
    case 'disputed': {
      const { disputeId, amountMinor, reason, status } = entry;
      return { ...intent, disputes: [...intent.disputes, { disputeId, amountMinor, reason, status, at }] };
    }
    case 'dispute_updated':
    case 'dispute_closed': {
      const { disputeId, status } = entry;
      const disputes = intent.disputes.map((one) => (one.disputeId === disputeId ? { ...one, status } : one));
      return { ...intent, disputes };
    }
  }
}

type IntentStatus = 'requires_payment_method' | 'requires_action' | 'requires_capture' | 'succeeded' | 'canceled';

/** Status at a moment: an authorisation that is not captured in time is released. */
export function statusOf(intent: Intent, now: number): IntentStatus {
  switch (intent.outcome) {
    case 'created':
    case 'declined':
      return 'requires_payment_method';
    case 'action_required':
      return 'requires_action';
    case 'authorised':
      return hasExpired(intent, now) ? 'canceled' : 'requires_capture';
    case 'captured':
      return 'succeeded';
    case 'voided':
      return 'canceled';
  }
}

export const hasExpired = ({ outcome, confirmedAt, method }: Intent, now: number): boolean =>
  outcome === 'authorised' && now >= (confirmedAt ?? now) + behaviourOf(method ?? '').validMs;

export const capturedMinorOf = ({ outcome, amountMinor }: Intent): number => (outcome === 'captured' ? amountMinor : 0);

export const refundedMinorOf = ({ refunds }: Intent): number =>
  refunds.reduce((sum, { amountMinor, hasFailed }) => sum + (hasFailed ? 0 : amountMinor), 0);
