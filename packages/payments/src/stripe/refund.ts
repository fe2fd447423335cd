import { toStripeAmount } from '@box-office/contract';
import { leftMinorOf, PaymentUnknownError, type PaymentPort, type RefundRequest, type RefundResult } from '../port.js';
import { anyList, listOf, refund as refundAnswer, type PaymentIntent } from './answers.js';
import { isReplayedFailure, valueOf } from './call.js';
import type { StripeDeps } from './deps.js';
import { disputeOf } from './dispute.js';
import { authorisationOf, hasFailed } from './intent-state.js';

/** More refunds than an intent can have tickets. */
const MAX_REFUNDS = 100;
const MAX_DISPUTES = 100;
/** A refund that is refused again and again has a new key in each period: each key repeats its refusal for a day. */
const KEY_PERIOD_MS = 300_000;
/** The key of a period is sent only by attempts that start in this first part of it. */
const KEY_IN_USE_MS = 120_000;
/** An attempt sends no further key after this time. */
const MAX_ATTEMPT_MS = 60_000;
const refunds = listOf(refundAnswer);

/**
 * Refunds once per key, also when the provider has forgotten the key: each refund carries its key in its metadata, and the
 * refunds of the intent are read first.
 */
export function createRefund({ stripe, call, read }: StripeDeps): Pick<PaymentPort, 'refund' | 'readReturned'> {
  /** Newest first. */
  async function list(id: string, signal: AbortSignal | undefined) {
    const what = `GET /v1/refunds?payment_intent=${id}`;
    const answer = await call(
      refunds,
      what,
      () => stripe.refunds.list({ payment_intent: id, limit: MAX_REFUNDS }),
      signal,
    );
    return valueOf(answer, what);
  }

  async function find(key: string, id: string, signal: AbortSignal | undefined): Promise<RefundResult | undefined> {
    const { data, has_more: hasMore } = await list(id, signal);
    const found = data.find(({ metadata }) => metadata?.['key'] === key);
    if (found) return resultOf(found);
    if (hasMore) throw new PaymentUnknownError(`${id} has more than ${MAX_REFUNDS} refunds`);
    return undefined;
  }

  async function disputesOf(id: string, signal: AbortSignal | undefined) {
    const what = `GET /v1/disputes?payment_intent=${id}`;
    const query = { payment_intent: id, limit: MAX_DISPUTES };
    const answer = await call(anyList, what, () => stripe.disputes.list(query), signal);
    const now = Math.floor(Date.now() / 1_000);
    return valueOf(answer, what).data.flatMap((object) => disputeOf(object, now) ?? []);
  }

  const readReturned: PaymentPort['readReturned'] = async (id, signal) => {
    const [{ data }, disputes, intent] = await Promise.all([
      list(id, signal),
      disputesOf(id, signal),
      read(id, signal),
    ]);
    if (!intent) throw new PaymentUnknownError(`${id} is not found, although its refunds were read`);
    const { state, capturedMinor, refundedMinor, currency } = authorisationOf(intent);
    if (state === 'unknown') throw new PaymentUnknownError(`${id} has the status ${intent.status}`);
    const accepted = data.filter((one) => resultOf(one).kind === 'refunded');
    const lastRefundId = (accepted.find(({ metadata }) => metadata?.['key'] === undefined) ?? accepted[0])?.id ?? null;
    const failedKeys = data.filter(hasFailed).flatMap(({ metadata }) => metadata?.['key'] ?? []);
    return { capturedMinor, refundedMinor, currency, lastRefundId, failedKeys, disputes };
  };

  /** Money that has to stay may have gone back outside of Box Office instead of this refund. */
  async function leavesEnough(
    intent: PaymentIntent,
    { amountMinor, mustKeepMinor = 0 }: Omit<RefundRequest, 'key'>,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    if (mustKeepMinor === 0) return true;
    const { state, capturedMinor, refundedMinor } = authorisationOf(intent);
    if (state === 'unknown') throw new PaymentUnknownError(`${intent.id} has the status ${intent.status}`);
    // The provider itself refuses what was not captured.
    if (capturedMinor === 0) return true;
    const disputes = await disputesOf(intent.id, signal);
    return leftMinorOf({ capturedMinor, refundedMinor, disputes }) - amountMinor >= mustKeepMinor;
  }

  const refund: PaymentPort['refund'] = async (request, signal) => {
    const { key, authorisationId: id, amountMinor } = request;
    const startedAt = Date.now();
    const known = await find(key, id, signal);
    if (known) return known;
    const intent = await read(id, signal);
    if (!intent) throw new PaymentUnknownError(`${id} is not found, although its refunds were read`);
    if (!(await leavesEnough(intent, request, signal))) {
      // An attempt that overlaps may have made it since.
      return (await find(key, id, signal)) ?? { kind: 'refused', reason: 'must_be_kept' };
    }
    const create = (idempotencyKey: string) =>
      call(
        refundAnswer,
        'POST /v1/refunds',
        () =>
          stripe.refunds.create(
            {
              payment_intent: id,
              amount: toStripeAmount(amountMinor, intent.currency.toUpperCase()),
              metadata: { key },
            },
            { idempotencyKey },
          ),
        signal,
      );
    let answer = await create(key);
    for (const further of furtherKeys(key, startedAt)) {
      if (!isReplayedFailure(answer)) break;
      const made = await find(key, id, signal);
      if (made) return made;
      if (Date.now() - startedAt > MAX_ATTEMPT_MS) throw new PaymentUnknownError('POST /v1/refunds: too slow');
      answer = await create(further);
    }
    if (answer.kind === 'done') return resultOf(answer.value);
    const { state, capturedMinor, refundedMinor } = authorisationOf((await read(id, signal)) ?? intent);
    if (state === 'unknown') throw new PaymentUnknownError(`${id} cannot be read after ${answer.kind}`);
    const isUncaptured = capturedMinor === 0 || (answer.kind === 'unexpected_state' && !answer.replayed);
    if (isUncaptured) return { kind: 'refused', reason: 'not_captured' };
    if (answer.kind === 'rejected' && refundedMinor + amountMinor > capturedMinor) {
      return { kind: 'refused', reason: 'over_captured' };
    }
    if (answer.kind === 'rejected') throw answer.error;
    throw new PaymentUnknownError(`POST /v1/refunds: ${answer.kind}`);
  };
  return { refund, readReturned };
}

/**
 * The keys with which a refund is sent after its own key has repeated a refusal, each only after the one before has, too.
 * Nothing but a key keeps a refund of a part from being made twice, so attempts that overlap must send the same keys. Those
 * of one period do. Between the keys of two periods lie KEY_PERIOD_MS - KEY_IN_USE_MS - MAX_ATTEMPT_MS, two minutes: by then
 * the refund that an earlier key has made is in the list, unless clocks differ by more or a request was under way for longer.
 */
function furtherKeys(key: string, startedAt: number): readonly string[] {
  const period = Math.floor(startedAt / KEY_PERIOD_MS);
  const isInUse = startedAt - period * KEY_PERIOD_MS < KEY_IN_USE_MS;
  return [`${key}:2`, ...(isInUse ? [`${key}:${period}`] : [])];
}

/** @throws PaymentUnknownError for a status that is not known */
function resultOf({ id, status }: { id: string; status: string | null }): RefundResult {
  if (hasFailed({ status })) return { kind: 'refused', reason: 'failed' };
  switch (status) {
    case null:
    case 'pending':
    case 'requires_action':
    case 'succeeded':
      return { kind: 'refunded', refundId: id };
    default:
      throw new PaymentUnknownError(`the refund ${id} has the status ${status}`);
  }
}
