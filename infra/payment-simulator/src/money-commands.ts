import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { refusal } from './api-error.js';
import { behaviourOf } from './behaviour.js';
import type { CommandContext, RequestIdentity } from './command-context.js';
import { disputedMinorOf, openDispute } from './disputes.js';
import { capturedMinorOf, refundedMinorOf, statusOf } from './intent.js';
import type { Effect } from './ledger.js';
import type { refundParams } from './requests.js';

/** What takes the money of an intent, and what gives it back. */
export function createMoneyCommands({ ledger, known, mustBe, begin }: CommandContext) {
  return {
    capture(request: RequestIdentity, id: string): Effect {
      const intent = known(id);
      mustBe(intent, 'requires_capture', 'capture');
      const { base, failed } = begin(request, intent.method, 'capture', id);
      if (failed) return failed;
      const { captureRefused, captureExpired, dispute } = behaviourOf(intent.method ?? '');
      if (captureExpired) {
        throw refusal('The authorization has expired.', { code: 'capture_charge_authorization_expired' });
      }
      const type = captureRefused ? 'capture_refused' : 'captured';
      const effect = ledger.enter({ type, ...base, authorisationId: id });
      if (dispute) openDispute(ledger, known(id), dispute);
      return effect;
    },

    cancel(request: RequestIdentity, id: string): Effect {
      const intent = known(id);
      const status = statusOf(intent, Date.now());
      if (status !== 'requires_payment_method' && status !== 'requires_action')
        mustBe(intent, 'requires_capture', 'cancel');
      const { base, failed } = begin(request, intent.method, 'void', id);
      return failed ?? ledger.enter({ type: 'voided', ...base, authorisationId: id });
    },

    refund(request: RequestIdentity, params: z.output<typeof refundParams>): Effect {
      const { payment_intent: id, metadata } = params;
      const intent = known(id);
      mustBe(intent, 'succeeded', 'refund');
      if (disputedMinorOf(intent) > 0) {
        throw refusal('The charge has been charged back.', { code: 'charge_disputed' });
      }
      const leftMinor = capturedMinorOf(intent) - refundedMinorOf(intent);
      const { amount: amountMinor = leftMinor } = params;
      if (leftMinor === 0) {
        throw refusal('The charge has already been refunded.', { code: 'charge_already_refunded' });
      }
      if (amountMinor > leftMinor)
        throw refusal('Refund amount is greater than unrefunded amount', { param: 'amount' });
      const { base, failed } = begin(request, intent.method, 'refund', id);
      if (failed) return failed;
      const refundId = `re_${randomUUID().replaceAll('-', '')}`;
      const refund = { authorisationId: id, refundId };
      const effect = ledger.enter({ type: 'refunded', ...base, ...refund, amountMinor, metadata });
      if (behaviourOf(intent.method ?? '').refundFails) {
        ledger.enter({ type: 'refund_failed', key: randomUUID(), at: Date.now(), ...refund });
      }
      return effect;
    },
  };
}
