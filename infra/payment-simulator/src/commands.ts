import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import type { z } from 'zod';
import { ApiError, invalid, missing, Refusal, refusal, serverError, unexpectedState } from './api-error.js';
import { behaviourOf, type Operation } from './behaviour.js';
import { methodOfToken } from './confirmation-tokens.js';
import { declineOf } from './declines.js';
import { createFailures } from './failures.js';
import { disputedMinorOf, openDispute } from './disputes.js';
import { capturedMinorOf, refundedMinorOf, statusOf, type Intent } from './intent.js';
import type { Effect, Ledger } from './ledger.js';
import { chargeOf, clientSecretOf, paymentIntentOf, refundOf } from './render.js';
import type { createParams, refundParams } from './requests.js';

/** Identity of a request: its idempotency key, and a digest of path and parameters. */
export interface RequestIdentity {
  readonly key: string;
  readonly digest: string;
}

/**
 * What the requests with an effect do. `publicUrl` is where a browser reaches the simulator. Each decides and enters at
 * once. What it throws has no effect: a Refusal is to be saved for its key, any other ApiError leaves no trace.
 */
export function createCommands(ledger: Ledger, publicUrl: string) {
  const known = (id: string): Intent => {
    const intent = ledger.find(id);
    if (!intent) throw missing('payment_intent', id, 'intent');
    return intent;
  };
  const mustBe = (intent: Intent, status: ReturnType<typeof statusOf>, operation: string): void => {
    if (statusOf(intent, Date.now()) !== status) throw unexpectedState(paymentIntentOf(intent), operation);
  };
  /** @throws ApiError for a ConfirmationToken that is unknown or was used */
  function methodOf({ payment_method: method = '', confirmation_token: token }: z.output<typeof createParams>): string {
    if (token === undefined) return method;
    const known = methodOfToken(token);
    if (known === undefined || ledger.hasUsed(token)) {
      const message = `No such confirmation token, or it was used before: '${token}'`;
      throw invalid(message, { code: 'resource_missing', param: 'confirmation_token' });
    }
    return known;
  }
  const mustFail = createFailures();
  /** The request fails for good with a 500 where its payment method asks for it, once for each intent and operation. */
  function begin(request: RequestIdentity, method: string | null, operation: Operation, id = request.key) {
    const { errors } = behaviourOf(method ?? '');
    const base = { ...request, at: Date.now() };
    if (errors[operation] === 'before' && mustFail(operation, id, 1))
      return { failed: ledger.enter({ type: 'failed', ...base }) };
    return { base: { ...base, ...(errors[operation] === 'after' && { answered500: true as const }) } };
  }

  return {
    known,

    create(request: RequestIdentity, params: z.output<typeof createParams>): Effect {
      const { amount, currency, metadata, confirm, confirmation_token: token } = params;
      const intent = {
        authorisationId: `pi_${randomUUID().replaceAll('-', '')}`,
        purchaseId: metadata['purchase'] ?? '',
        amountMinor: amount,
        currency: currency.toUpperCase(),
        metadata,
        ...(token !== undefined && { confirmationToken: token }),
      };
      if (!confirm) return ledger.enter({ type: 'created', at: Date.now(), ...request, ...intent });
      const method = methodOf(params);
      const { decline: declineCode, requiresAction } = knownMethod(method);
      const { base, failed } = begin(request, method, 'authorise');
      if (failed) return failed;
      if (requiresAction && !params.error_on_requires_action) {
        const { return_url: returnUrl = '' } = params;
        const actionUrl = `${publicUrl}/authenticate/${intent.authorisationId}?client_secret=${clientSecretOf({ id: intent.authorisationId })}`;
        return ledger.enter({ type: 'action_required', ...base, ...intent, method, actionUrl, returnUrl });
      }
      const decline = requiresAction ? 'authentication_required' : declineCode;
      return decline === undefined
        ? ledger.enter({ type: 'authorised', ...base, ...intent, method })
        : ledger.enter({ type: 'declined', ...base, ...intent, method, reason: decline });
    },

    confirm(request: RequestIdentity, id: string, method: string): Effect {
      mustBe(known(id), 'requires_payment_method', 'confirm');
      const { decline: declineCode, requiresAction } = knownMethod(method);
      const decline = requiresAction ? 'authentication_required' : declineCode;
      const base = { ...request, at: Date.now(), authorisationId: id, method };
      return decline === undefined
        ? ledger.enter({ type: 'confirmed', ...base })
        : ledger.enter({ type: 'confirmation_declined', ...base, reason: decline });
    },

    /** The buyer's authentication, once. Undefined if the intent does not wait for one. */
    authenticate(id: string, isCompleted: boolean): Effect | undefined {
      const intent = known(id);
      if (statusOf(intent, Date.now()) !== 'requires_action') return undefined;
      const { method } = intent;
      const base = { key: randomUUID(), at: Date.now(), authorisationId: id, method: method ?? '' };
      const reason = isCompleted ? behaviourOf(base.method).decline : 'payment_intent_authentication_failure';
      return reason === undefined
        ? ledger.enter({ type: 'confirmed', ...base })
        : ledger.enter({ type: 'confirmation_declined', ...base, reason });
    },

    capture(request: RequestIdentity, id: string): Effect {
      const intent = known(id);
      mustBe(intent, 'requires_capture', 'capture');
      const { base, failed } = begin(request, intent.method, 'capture', id);
      if (failed) return failed;
      const { captureRefused, dispute } = behaviourOf(intent.method ?? '');
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

/** @throws ApiError for a token that means nothing here, as Stripe does for a payment method that does not exist */
function knownMethod(method: string): ReturnType<typeof behaviourOf> {
  const behaviour = behaviourOf(method);
  if (!behaviour.isKnown) throw missingMethod(method);
  return behaviour;
}

const missingMethod = (method: string): ApiError =>
  invalid(`No such PaymentMethod: '${method}'`, { code: 'resource_missing', param: 'payment_method' });

/**
 * The answer to a request that had this effect: the same at each repetition, with the state as it was.
 *
 * @throws ApiError where that answer is an error
 */
export function answerOf({ entry, intent }: Effect): Stripe.PaymentIntent | Stripe.Refund {
  if (entry.type === 'refused') throw new Refusal(entry.status, entry.error);
  if (!intent || ('answered500' in entry && entry.answered500)) {
    throw serverError(500, 'An unknown error occurred');
  }
  switch (entry.type) {
    case 'declined':
    case 'confirmation_declined':
    case 'capture_refused': {
      const declineCode = intent.reason ?? 'generic_decline';
      throw new ApiError(402, {
        type: 'card_error',
        ...declineOf(declineCode),
        decline_code: declineCode,
        charge: chargeOf(intent).id,
        payment_intent: paymentIntentOf(intent, { now: entry.at }),
      });
    }
    case 'refunded': {
      const refund = intent.refunds.at(-1);
      if (!refund) throw new Error(`${intent.id} has no refund`);
      return refundOf(intent, refund);
    }
    default:
      return paymentIntentOf(intent, { now: entry.at });
  }
}
