import { randomUUID } from 'node:crypto';
import { PaymentUnknownError, type CaptureResult, type PaymentPort, type VoidResult } from '../port.js';
import { paymentIntent, type PaymentIntent } from './answers.js';
import { isReplayedFailure, type CallResult } from './call.js';
import type { StripeDeps } from './deps.js';
import { isReleased } from './intent-state.js';

/**
 * Capture and void. Both are guarded by the state of the intent, which allows each of them once and never both: whatever an
 * answer leaves open, the state says.
 */
export function createMoneyCalls({ stripe, call, read }: StripeDeps): Pick<PaymentPort, 'capture' | 'void'> {
  /** @param o.again sends it with a key of its own, where the first key replays a failure and the state shows no effect */
  async function settled<R>(
    id: string,
    answer: CallResult<PaymentIntent>,
    o: {
      readonly resultOf: (intent: PaymentIntent, answer: CallResult<PaymentIntent>) => R | undefined;
      readonly again?: () => Promise<CallResult<PaymentIntent>>;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<R> {
    const intent = answer.kind === 'done' ? answer.value : await read(id, o.signal);
    const result = intent && o.resultOf(intent, answer);
    if (result !== undefined) return result;
    const { again, ...rest } = o;
    if (again && (isReplayedFailure(answer) || answer.kind === 'other_parameters')) {
      return settled(id, await again(), rest);
    }
    if (answer.kind === 'rejected') throw answer.error;
    throw new PaymentUnknownError(`${id} has the status ${intent?.status ?? 'unknown'} after ${answer.kind}`);
  }

  return {
    async capture({ key, authorisationId: id }, signal): Promise<CaptureResult> {
      const capture = (idempotencyKey: string) =>
        call(
          paymentIntent,
          `POST /v1/payment_intents/${id}/capture`,
          () => stripe.paymentIntents.capture(id, {}, { idempotencyKey }),
          signal,
        );
      const again = () => capture(`${key}:${randomUUID()}`);
      return settled(id, await capture(key), { resultOf: captureResultOf, again, signal });
    },

    async void({ key, authorisationId: id }, signal): Promise<VoidResult> {
      const cancel = (idempotencyKey: string) =>
        call(
          paymentIntent,
          `POST /v1/payment_intents/${id}/cancel`,
          () => stripe.paymentIntents.cancel(id, {}, { idempotencyKey }),
          signal,
        );
      const again = () => cancel(`${key}:${randomUUID()}`);
      return settled(id, await cancel(key), { resultOf: voidResultOf, again, signal });
    },
  };
}

/** Codes of captures that come too late: the bank has released the money, whatever the intent still says. */
const RELEASED: ReadonlySet<string> = new Set([
  'capture_charge_authorization_expired',
  'capture_unauthorized_payment',
  'charge_expired_for_capture',
]);

function captureResultOf(intent: PaymentIntent, answer: CallResult<PaymentIntent>): CaptureResult | undefined {
  switch (intent.status) {
    case 'succeeded':
      return { kind: 'captured' };
    case 'canceled':
      return { kind: 'refused', reason: isReleased(intent) ? 'expired' : 'voided' };
    case 'requires_payment_method':
      return { kind: 'refused', reason: 'declined' };
    default:
      if (answer.kind === 'declined') return { kind: 'refused', reason: 'declined' };
      return answer.kind === 'rejected' && RELEASED.has(answer.error.code)
        ? { kind: 'refused', reason: 'expired' }
        : undefined;
  }
}

function voidResultOf({ status }: PaymentIntent): VoidResult | undefined {
  if (status === 'canceled') return { kind: 'voided' };
  return status === 'succeeded' ? { kind: 'already_captured' } : undefined;
}
