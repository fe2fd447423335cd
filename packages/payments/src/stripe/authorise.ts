import { toStripeAmount, type BuyerAction } from '@box-office/contract';
import {
  PaymentRequestError,
  PaymentUnknownError,
  type AuthorisationRequest,
  type AuthoriseResult,
  type PaymentPort,
  type ReverseResult,
} from '../port.js';
import type { PaymentIntent } from './answers.js';
import type { CallResult } from './call.js';
import { CREATE_INTENT, createIntentCalls } from './create-intent.js';
import { buyerReasonOf } from './decline-reasons.js';
import type { Finder, StripeDeps } from './deps.js';
import { declineOf } from './final-rejections.js';
import { declineCodeOf } from './intent-state.js';

/** Stripe may forget a key after 24 hours; from this age on, nothing is concluded from one. */
const KEY_LIFETIME_MS = 23 * 3_600_000;
/** A request that ended in an error and left no intent in the lists for so long has made none. */
const SETTLED_AFTER_MS = 600_000;

/** The calls that concern an authorisation by its key. docs/decisions/0008-one-call-to-authorise.md says why it is so. */
export function createAuthorising(
  deps: StripeDeps & { readonly find: Finder; readonly cancel: PaymentPort['void'] },
): Pick<PaymentPort, 'authorise' | 'readAuthorisation' | 'reverse'> {
  const { find } = deps;
  const { create, blockKey } = createIntentCalls(deps);

  async function current(intent: Pick<PaymentIntent, 'id'>, signal: AbortSignal | undefined): Promise<PaymentIntent> {
    const read = await deps.read(intent.id, signal);
    if (!read) throw new PaymentUnknownError(`${intent.id} is not found, although the provider named it`);
    return read;
  }

  const cancel = (request: AuthorisationRequest, { id }: PaymentIntent, signal: AbortSignal | undefined) =>
    deps.cancel({ key: `${request.key}:cancel`, authorisationId: id }, signal);

  /** What the state of the intent means for its purchase. One without money is cancelled, so that it cannot be confirmed later. */
  async function conclude(
    request: AuthorisationRequest,
    intent: PaymentIntent,
    signal: AbortSignal | undefined,
  ): Promise<AuthoriseResult> {
    switch (intent.status) {
      case 'requires_capture':
      case 'succeeded':
        return { kind: 'authorised', authorisationId: intent.id };
      case 'canceled':
        return declined(declineCodeOf(intent) ?? 'reversed');
      case 'requires_payment_method':
      case 'requires_confirmation':
      case 'requires_action': {
        const action = request.returnUrl === undefined ? undefined : actionOf(intent);
        if (action) return { kind: 'requires_action', authorisationId: intent.id, action };
        const { kind } = await cancel(request, intent, signal);
        if (kind === 'already_captured') return { kind: 'authorised', authorisationId: intent.id };
        const isWaiting = intent.status === 'requires_action';
        return declined(declineCodeOf(intent) ?? (isWaiting ? 'authentication_required' : 'reversed'));
      }
      default:
        throw new PaymentUnknownError(`${intent.id} has the status ${intent.status}`);
    }
  }

  /** The intent to which a key belongs whose answers do not say; undefined if there is none and will be none. */
  async function findOrUndefined(
    request: AuthorisationRequest,
    signal: AbortSignal | undefined,
  ): Promise<PaymentIntent | undefined> {
    const found = await find(request, signal);
    if (found || ageMsOf(request) > SETTLED_AFTER_MS) return found;
    throw new PaymentUnknownError(`${CREATE_INTENT}: the provider failed, and what it did is not in its lists yet`);
  }

  async function intentOf(
    request: AuthorisationRequest,
    answer: Exclude<CallResult<PaymentIntent>, { kind: 'rejected' }>,
    signal: AbortSignal | undefined,
  ): Promise<PaymentIntent | undefined> {
    switch (answer.kind) {
      case 'done':
        return answer.replayed ? current(answer.value, signal) : answer.value;
      case 'declined':
        return answer.replayed ? current(answer.intent, signal) : answer.intent;
      default:
        return findOrUndefined(request, signal);
    }
  }

  return {
    async authorise(request, signal) {
      if (ageMsOf(request) > KEY_LIFETIME_MS) {
        const found = await find(request, signal);
        if (found) return conclude(request, found, signal);
      }
      const answer = await create(request, signal);
      if (answer.kind === 'rejected') {
        const final = declineOf(answer);
        if (final) return final;
        throw answer.error;
      }
      const intent = await intentOf(request, answer, signal);
      if (intent && intent.amount !== toStripeAmount(request.amountMinor, request.currency)) {
        throw new PaymentRequestError(
          `${CREATE_INTENT}: the key of ${intent.id} is used for another amount`,
          400,
          'key_reused',
        );
      }
      return intent ? conclude(request, intent, signal) : declined('processing_error');
    },

    async readAuthorisation(request, signal) {
      return conclude(request, await current({ id: request.authorisationId }, signal), signal);
    },

    async reverse(request, signal): Promise<ReverseResult> {
      const end = async (intent: PaymentIntent | undefined): Promise<ReverseResult> => {
        if (!intent) return { kind: 'reversed' };
        const { kind } = await cancel(request, intent, signal);
        return kind === 'voided' ? { kind: 'reversed' } : { kind, authorisationId: intent.id };
      };
      // The key may be forgotten by now. If nothing was made with it, it is taken all the same: a late try may still send it.
      const found = ageMsOf(request) > KEY_LIFETIME_MS ? await find(request, signal) : undefined;
      if (found) return end(found);
      const blocked = await blockKey(request, signal);
      // What is wrong with this request is wrong with the authorisation too.
      if (blocked.kind === 'rejected') return { kind: 'reversed' };
      if (blocked.kind !== 'other_parameters') return end(await intentOf(request, blocked, signal));
      // The authorisation has arrived: with its own parameters the key tells which intent it made.
      const made = await create(request, signal);
      if (made.kind === 'rejected') return end(await findOrUndefined(request, signal));
      return end(await intentOf(request, made, signal));
    },
  };
}

function actionOf({ status, next_action: next, client_secret: clientSecret }: PaymentIntent): BuyerAction | undefined {
  if (status !== 'requires_action') return undefined;
  const url = next?.redirect_to_url?.url;
  if (typeof url === 'string') return { kind: 'redirect_to_url', url };
  return typeof clientSecret === 'string' ? { kind: 'use_stripe_sdk', clientSecret } : undefined;
}

const ageMsOf = ({ askedAt }: AuthorisationRequest): number => (askedAt ? Date.now() - askedAt.getTime() : 0);

const declined = (declineCode: string): AuthoriseResult => ({
  kind: 'declined',
  reason: buyerReasonOf(declineCode),
  declineCode,
});
