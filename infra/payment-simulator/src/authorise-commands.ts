import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { invalid, type ApiError } from './api-error.js';
import { behaviourOf } from './behaviour.js';
import type { CommandContext, RequestIdentity } from './command-context.js';
import { methodOfToken } from './confirmation-tokens.js';
import { statusOf } from './intent.js';
import type { Effect } from './ledger.js';
import { clientSecretOf } from './render.js';
import type { createParams } from './requests.js';

/** What makes an intent, and what its buyer does. `publicUrl` is where a browser reaches the simulator. */
export function createAuthoriseCommands({ ledger, known, mustBe, begin }: CommandContext, publicUrl: string) {
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

  return {
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
  };
}

/** What Stripe says of a payment method that was used before without a customer. */
const USED_BEFORE =
  'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a ' +
  'connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a ' +
  'PaymentMethod multiple times, you must attach it to a Customer first.';

/** @throws ApiError for a token that means nothing here or was used before, as Stripe does */
function knownMethod(method: string): ReturnType<typeof behaviourOf> {
  const behaviour = behaviourOf(method);
  if (!behaviour.isKnown) throw missingMethod(method);
  if (behaviour.wasUsed) throw invalid(USED_BEFORE);
  return behaviour;
}

const missingMethod = (method: string): ApiError =>
  invalid(`No such PaymentMethod: '${method}'`, { code: 'resource_missing', param: 'payment_method' });
