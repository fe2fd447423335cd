import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { problemKind, type ApiClient } from '@box-office/api-client';
import {
  INVALID,
  UNREACHABLE,
  replyTo,
  showPage,
  statusOf,
  withFound,
  type Problem,
  type Reply,
} from '@box-office/web';
import { contactIn, keepContact, readContact, type GivenContact } from '../contact/contact.js';
import { answerStatus, followed, ReloadWithoutScript } from '../http/follow.js';
import { showNotice } from '../http/layout.js';
import { showProblem } from '../http/problem-page.js';
import { declineWords, problemWords, type ProblemText } from '../http/problem-words.js';
import { isGuestSubject, ownSession } from '../http/session.js';
import { allowStripe } from '../http/stripe-script.js';
import { readOwn, type ShopContext, type ShopDeps } from '../http/view.js';
import { returnToOrderPath } from '../orders/order-page.js';
import { movedHold } from '../sign-in/move-holds.js';
import { CheckoutPage, METHOD_FIELD, TEST_METHODS } from './checkout-page.js';
import type { PaymentForm } from '../config.js';
import { isActive, readHold, type ActiveHold } from './holds.js';
import { keyIn } from './selection.js';

/** After so long the buyer is shown the page that follows the purchase. */
const ANSWER_WAIT_MS = 1_500;
/** Problems that leave the hold to the buyer, who may pay in another way. */
const PAYMENT_FAILED: ReadonlySet<string> = new Set(['payment-declined', 'payment-not-captured']);
/** Problems after which the same key may be sent again, and buys once. */
const MAY_REPEAT: ReadonlySet<string> = new Set([
  UNREACHABLE,
  'unavailable',
  'rate-limited',
  'purchase-in-flight',
  INVALID,
]);

/** Stripe's; the gateway bounds the length. */
const CONFIRMATION_TOKEN = /^ctoken_\w+$/;

const orderPath = (purchaseId: string, holdId: string): string => `/orders/${purchaseId}?hold=${holdId}`;

const returnPath = (holdId: string): string => `/checkout/${holdId}/return`;

/** Where the buyer's bank sends the buyer back to: the order that the hold was used for. */
export async function returnFromBank(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const { session } = c.get('view');
  const holdId = c.req.param('id') ?? '';
  const toCheckout = c.redirect(`/checkout/${encodeURIComponent(holdId)}`, 303);
  if (session === null) return toCheckout;
  const { reply: hold } = await readOwn(c, deps, ownSession(session), (api) => readHold(api, holdId));
  const purchaseId = hold.ok ? hold.data.purchaseId : undefined;
  return purchaseId === undefined ? toCheckout : c.redirect(returnToOrderPath(purchaseId, holdId), 303);
}

/** The payment step of a hold, or where the buyer is by now: reload, back and a second tab all come here. */
export const showCheckout = withFound(findHold, async (c, { hold, api }, deps) =>
  showPaymentStep(c, deps, hold, { contact: await readContact(api) }),
);

interface StepProps {
  readonly contact: GivenContact;
  readonly formKey?: string;
  readonly method?: string | undefined;
  readonly errors?: Parameters<typeof CheckoutPage>[0]['errors'] & object;
  readonly notice?: ProblemText;
  readonly status?: Parameters<typeof showPage>[2];
}

async function showPaymentStep(c: ShopContext, deps: ShopDeps, hold: ActiveHold, o: StepProps): Promise<Response> {
  const v = c.get('view');
  const event = await deps.catalogue.event(hold.eventId);
  if (!event.ok) return showProblem(c, event.problem);
  const { status = 200, formKey = randomUUID(), ...props } = o;
  const { paymentForm } = deps.config;
  if (paymentForm.kind === 'stripe' && hold.amountMinor !== 0) allowStripe(c, paymentForm);
  const page = (
    <CheckoutPage
      v={{ ...v, nowMs: Date.now() }}
      hold={hold}
      event={event.data}
      formKey={formKey}
      paymentForm={paymentForm}
      {...props}
    />
  );
  return showPage(c, page, status);
}

interface FoundHold {
  readonly hold: ActiveHold;
  readonly api: ApiClient;
}

/** The buyer's hold while it can be paid; else what to answer. */
async function findHold(c: ShopContext, deps: ShopDeps): Promise<FoundHold | Response> {
  const v = c.get('view');
  const { t } = v;
  const unknown = () => showNotice(c, 404, { title: t.checkout.unknown, text: t.checkout.unknownText });
  if (v.session === null) return unknown();
  const id = c.req.param('id') ?? '';
  const session = ownSession(v.session);
  const { api, reply } = await readOwn(c, deps, session, (as) => readHold(as, id));
  if (!reply.ok) return reply.problem.kind === 'unknown-hold' ? unknown() : showProblem(c, reply.problem);
  const hold = reply.data;
  const moved = await movedHold(c, deps, session, hold);
  if (moved !== undefined) return c.redirect(`/checkout/${moved}`, 303);
  if (isActive(hold)) return { hold, api };
  const toEvent = { href: `/events/${hold.eventId}`, text: t.checkout.again };
  switch (hold.status) {
    case 'in_use':
    case 'used':
      if (hold.purchaseId !== undefined) return c.redirect(orderPath(hold.purchaseId, hold.holdId), 303);
      break;
    case 'open': {
      const words = { title: t.checkout.wait, text: t.checkout.waitText };
      const data = followed(`/checkout/${hold.holdId}/status`, hold.status);
      return showNotice(c, 200, { ...words, data, to: toEvent, head: <ReloadWithoutScript everyS={1} /> });
    }
    case 'refused': {
      const words = problemWords(v, { kind: problemKind(hold.problem) ?? 'other' });
      return showNotice(c, 409, { ...words, to: toEvent });
    }
    case 'active':
    case 'expired':
    case 'released':
  }
  const words = { title: t.checkout.expired, text: t.checkout.expiredText };
  return showNotice(c, 409, { ...words, to: toEvent });
}

/** The status of a hold alone, for the script that waits for a change. */
export function showHoldStatus(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const { session } = c.get('view');
  return answerStatus(c, deps, session && ownSession(session), readHold, ({ status }) => status);
}

/** Buys what is held. The key came with the form: a second click, a reload or a second tab buys nothing more. */
export const pay = withFound(findHold, async (c, { hold, api }, deps) => {
  const fields = await c.req.parseBody();
  const v = c.get('view');
  const key = keyIn(fields);
  const isFree = hold.amountMinor === 0;
  const method = isFree ? undefined : methodIn(fields, deps.config.paymentForm);
  const contact = contactIn(fields);
  const again = { contact, method, ...(key !== undefined && { formKey: key }) };
  const kept = await keepContact(api, v, contact, { mustGive: isGuestSubject(hold.userId) });
  if (kept?.problem) {
    return showPaymentStep(c, deps, hold, { ...again, notice: kept.problem, status: kept.status });
  }
  const isUnpaid = key === undefined || (!isFree && method === undefined);
  if (isUnpaid || kept !== null) {
    const { kind } = deps.config.paymentForm;
    const text = kind === 'stripe' ? v.t.checkout.needsScript : v.t.errors.chooseMethod;
    const unpaid = isUnpaid ? [{ id: METHOD_FIELD, text }] : [];
    return showPaymentStep(c, deps, hold, { ...again, errors: [...(kept?.errors ?? []), ...unpaid], status: 422 });
  }
  const call = replyTo(
    api.POST('/api/tickets/purchase', {
      params: { header: { 'Idempotency-Key': key } },
      body: {
        eventId: hold.eventId,
        holdId: hold.holdId,
        expectedAmountMinor: Number(fields['amount']),
        ...(method !== undefined && { payment: { method, returnUrl: v.origin + returnPath(hold.holdId) } }),
      },
    }),
  );
  const answered = new AbortController();
  const reply = await Promise.race([call, purchaseOf(hold.holdId, api, answered.signal)]);
  answered.abort();
  if (reply.ok) return c.redirect(orderPath(reply.data.purchaseId, hold.holdId), 303);
  return notBought(c, deps, { hold, api, key, contact, method, problem: reply.problem });
});

/** What the payment step has sent: a ConfirmationToken of Stripe.js, or one of the simulator's methods. */
function methodIn(fields: Record<string, unknown>, form: PaymentForm): string | undefined {
  const method = fields['method'];
  switch (form.kind) {
    case 'stripe':
      return typeof method === 'string' && CONFIRMATION_TOKEN.test(method) ? method : undefined;
    case 'test_methods':
      return TEST_METHODS.find((one) => one === method);
    case 'none':
      return undefined;
  }
}

/**
 * The purchase that is using the hold while its own answer takes long; never if there is none.
 *
 * @param answered it has its answer: no read is begun
 */
async function purchaseOf(
  holdId: string,
  api: ApiClient,
  answered: AbortSignal,
): Promise<Reply<{ purchaseId: string }>> {
  await sleep(ANSWER_WAIT_MS, undefined, { signal: answered });
  const reply = await readHold(api, holdId);
  const purchaseId = reply.ok ? reply.data.purchaseId : undefined;
  return purchaseId === undefined ? new Promise(() => undefined) : { ok: true, data: { purchaseId } };
}

async function notBought(
  c: ShopContext,
  deps: ShopDeps,
  o: {
    hold: ActiveHold;
    api: ApiClient;
    key: string;
    contact: GivenContact;
    method?: string | undefined;
    problem: Problem;
  },
): Promise<Response> {
  const v = c.get('view');
  const { hold, api, key, contact, method, problem } = o;
  const { title, text } = problemWords(v, problem);
  const status = statusOf(problem);
  if (PAYMENT_FAILED.has(problem.kind)) {
    const why = `${declineWords(v, problem)} ${v.t.checkout.declinedText}`.trim();
    return showPaymentStep(c, deps, hold, { contact, notice: { title, text: why }, status });
  }
  if (problem.kind === 'idempotency-key-reused') {
    // The buyer went back after a payment that failed, or while it is being made: then the hold is in use by now.
    const current = await readHold(api, hold.holdId);
    if (!current.ok || !isActive(current.data)) return c.redirect(`/checkout/${hold.holdId}`, 303);
    const [again = '', howAgain = ''] = v.t.checkout.payAgain;
    const notice = { title: again, text: howAgain };
    return showPaymentStep(c, deps, hold, { contact, method, notice, status: 409 });
  }
  if (MAY_REPEAT.has(problem.kind)) {
    return showPaymentStep(c, deps, hold, { contact, formKey: key, method, notice: { title, text }, status });
  }
  if (problem.purchaseId !== undefined && (problem.kind === 'hold-in-use' || problem.kind === 'hold-used')) {
    return c.redirect(orderPath(problem.purchaseId, hold.holdId), 303);
  }
  return showProblem(c, problem, { to: { href: `/events/${hold.eventId}`, text: v.t.checkout.again } });
}

/** Gives the tickets back to everybody before their time. */
export const release = withFound(findHold, async (c, { hold, api }, deps) => {
  const reply = await replyTo(api.DELETE('/api/tickets/holds/{id}', { params: { path: { id: hold.holdId } } }));
  if (reply.ok) return c.redirect(`/events/${hold.eventId}?released`, 303);
  const contact = await readContact(api);
  return notBought(c, deps, { hold, api, key: randomUUID(), contact, problem: reply.problem });
});
