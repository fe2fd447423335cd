import { paymentKey, type PaymentOperation } from '@box-office/payments';
import type { ReconciliationDeps } from '../deps.js';
import type { Repair } from '../difference.js';
import { lookAtPaymentsOf } from '../looking/event-payments.js';
import { done, gone, type Repaired } from './repaired.js';

type GiveBack = Extract<Repair, { do: 'give_back_money' }>;

/**
 * Gives back what is kept, or set aside, of an authorisation that pays for no ticket. Looks once more whether it still is
 * so. Where the purchase's own compensation would do the same, the key is that one's, so that both together do it once.
 */
export async function giveBackMoney(
  deps: Pick<ReconciliationDeps, 'pool' | 'payments'>,
  { purchaseId, authorisationId }: GiveBack,
): Promise<Repaired> {
  const now = (await lookAtPaymentsOf(deps, [purchaseId]))
    .map(({ repair }) => repair)
    .find((repair) => repair.do === 'give_back_money' && repair.authorisationId === authorisationId);
  if (now?.do !== 'give_back_money') return gone;
  const { keptMinor, isWhole, authorisationKey } = now;
  if (keptMinor === 0) {
    const answer = await deps.payments.void({ key: keyOf(now, 'void'), authorisationId });
    if (answer.kind === 'voided') return done('what was set aside was given back');
    throw new Error(`authorisation ${authorisationId} was captured at this moment`);
  }
  const key = isWhole ? keyOf(now, 'refund') : `${authorisationKey}:refund:${keptMinor}`;
  const answer = await deps.payments.refund({ key, authorisationId, amountMinor: keptMinor });
  if (answer.kind === 'refunded') return done(`${keptMinor} (minor units) was paid back as ${answer.refundId}`);
  return {
    status: 'handed_over',
    action: `a person has to ask the provider, which refuses the refund: ${answer.reason.replaceAll('_', ' ')}`,
  };
}

function keyOf({ purchaseId, authorisationKey }: GiveBack, operation: PaymentOperation): string {
  const attempt = ATTEMPT.exec(authorisationKey)?.[1];
  const isOurs = attempt !== undefined && authorisationKey === paymentKey(purchaseId, Number(attempt), 'authorise');
  return isOurs ? paymentKey(purchaseId, Number(attempt), operation) : `${authorisationKey}:${operation}`;
}

const ATTEMPT = /:(\d+):authorise$/;
