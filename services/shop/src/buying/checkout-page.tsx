import { toStripeAmount } from '@box-office/contract';
import { ChoiceGroup, FieldErrorText, Message, type FieldError } from '@box-office/ui';
import type { Event } from '@box-office/web';
import type { PaymentForm } from '../config.js';
import { ContactFields } from '../contact/contact-fields.js';
import type { GivenContact } from '../contact/contact.js';
import { Deadline } from '../http/deadline.js';
import { FormProblems } from '../http/form-problems.js';
import { Column } from '../http/layout.js';
import type { ProblemText } from '../http/problem-words.js';
import { isGuestSubject } from '../http/session.js';
import { StripeScripts, type StripeForm } from '../http/stripe-script.js';
import type { View } from '../http/view.js';
import { SignInNote } from '../sign-in/checkout-note.js';
import type { Texts } from '../texts/en.js';
import { ticketCount, type ActiveHold } from './holds.js';
import { OrderSteps } from './order-steps.js';

/** The payment methods of the simulator that the shop offers. */
export const TEST_METHODS = [
  'pm_approve',
  'pm_decline_insufficient_funds',
  'pm_slow_4000',
  'pm_timeout_after_charge',
  'pm_capture_refused',
  'pm_card_authenticationRequired',
] as const satisfies readonly (keyof Texts['checkout']['methods'])[];

/** Id of the field that says how to pay. */
export const METHOD_FIELD = 'method';

interface CheckoutProps {
  readonly v: View;
  readonly hold: ActiveHold;
  readonly event: Event;
  readonly formKey: string;
  readonly paymentForm: PaymentForm;
  /** What the buyer has given now or before. */
  readonly contact: GivenContact;
  /** How the buyer has chosen to pay in a request that is repeated. */
  readonly method?: string | undefined;
  readonly errors?: readonly FieldError[];
  readonly notice?: ProblemText | undefined;
}

/** The payment step, with the time that is left by the server's clock. */
export function CheckoutPage(p: CheckoutProps) {
  const { v, hold, event, paymentForm, errors = [], notice } = p;
  const { t, f } = v;
  const isFree = hold.amountMinor === 0;
  const title = isFree ? t.checkout.freeTitle : t.checkout.title;
  return (
    <Column
      v={v}
      title={`${title}: ${event.name}`}
      heading={title}
      above={`${event.name}, ${f.shortDay(event.startsAt, event.timeZone)}`}
      before={<OrderSteps v={v} current={1} isFree={isFree} />}
      plain
      head={paymentForm.kind === 'stripe' && !isFree && <StripeScripts v={v} form={paymentForm} />}
    >
      <FormProblems v={v} errors={errors} problem={notice} />
      <Countdown v={v} hold={hold} event={event} />
      <SignInNote v={v} hold={hold} />
      <Summary v={v} hold={hold} />
      {isFree || paymentForm.kind !== 'none' ? (
        <PaymentFormOf {...p} />
      ) : (
        <Message tone="warn" title={t.checkout.noPayments} text={t.checkout.noPaymentsText} />
      )}
      <form method="post" action={`/checkout/${hold.holdId}/release`} data-once={t.checkout.release}>
        <input type="hidden" name="event" value={event.id} />
        <button class="link-button">{t.checkout.release}</button>
      </form>
    </Column>
  );
}

/** What is sent to buy: its idempotency key, the amount that was shown, and how to pay. */
function PaymentFormOf({ v, hold, formKey, paymentForm, contact, method, errors = [] }: CheckoutProps) {
  const { t, f } = v;
  const { amountMinor, currency } = hold;
  const isFree = amountMinor === 0;
  const stripe = !isFree && paymentForm.kind === 'stripe' ? paymentForm : undefined;
  return (
    <form
      class="stack loose"
      method="post"
      action={`/checkout/${hold.holdId}`}
      novalidate
      data-once={isFree ? t.checkout.gettingFree : t.checkout.paying}
    >
      <input type="hidden" name="key" value={formKey} />
      <input type="hidden" name="amount" value={String(amountMinor)} />
      <ContactFields v={v} given={contact} required={isGuestSubject(hold.userId)} errors={errors} />
      {!isFree && paymentForm.kind === 'test_methods' && <Methods v={v} errors={errors} chosen={method} />}
      {stripe && <PaymentElement v={v} hold={hold} form={stripe} chosen={method} errors={errors} />}
      <div class={stripe ? 'stack js-only' : 'stack'}>
        <AcceptedTerms v={v} />
        <button class="button wide">
          {isFree ? t.checkout.getFree(ticketCount(hold)) : t.checkout.pay(f.money(amountMinor, currency))}
        </button>
        {!isFree && <p class="help">{t.checkout.once}</p>}
      </div>
    </form>
  );
}

/** Says that the terms apply. They open beside the form, which keeps what was entered. */
function AcceptedTerms({ v: { t, legal } }: { v: View }) {
  const terms = legal.find(({ name }) => name === 'terms');
  if (terms === undefined) return null;
  return (
    <p class="small">
      {t.legal.accept}{' '}
      <a href={terms.href} target="_blank">
        {t.legal.acceptLink}
      </a>
      .
    </p>
  );
}

/** The script counts from `data-ms`; without it the time of the end is enough. */
function Countdown({ v, hold, event }: { v: View; hold: ActiveHold; event: Event }) {
  const { t } = v;
  const leftMs = Math.max(0, Date.parse(hold.expiresAt) - v.nowMs);
  const seconds = Math.ceil(leftMs / 1_000);
  const clock = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <div
      class="countdown"
      data-countdown={String(leftMs)}
      data-five={t.checkout.minutesLeft.five}
      data-one={t.checkout.minutesLeft.one}
    >
      <span>
        <Deadline v={v} at={hold.expiresAt} timeZone={event.timeZone} timeOnly text={t.checkout.heldUntil} />
      </span>
      <span class="number clock" data-clock aria-hidden="true">
        {clock}
      </span>
      <span class="hidden" role="status" data-spoken></span>
    </div>
  );
}

function Summary({ v, hold }: { v: View; hold: ActiveHold }) {
  const { t, f } = v;
  const { items, fees = [], amountMinor, taxMinor, currency } = hold;
  const money = (amount: number): string => (amount === 0 ? t.free : f.money(amount, currency));
  return (
    <table class="table">
      <caption class="hidden">{t.checkout.summary}</caption>
      <tbody>
        {items.map(({ ticketType, serials, priceMinor }) => (
          <tr>
            <th scope="row">
              {ticketType} <span class="muted">× {f.number(serials.length)}</span>
            </th>
            <td class="amount">{money(priceMinor * serials.length)}</td>
          </tr>
        ))}
        {fees.map(({ ticketType, quantity, priceMinor }) => (
          <tr>
            <th scope="row">
              {ticketType === undefined ? t.event.purchaseFee : t.event.ticketFee(ticketType)}{' '}
              {ticketType !== undefined && <span class="muted">× {f.number(quantity)}</span>}
            </th>
            <td class="amount">{money(priceMinor * quantity)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t.event.total}</th>
          <td class="amount">{money(amountMinor)}</td>
        </tr>
        {taxMinor > 0 && (
          <tr class="included">
            <th scope="row">{t.receipt.includesTax}</th>
            <td class="amount">{money(taxMinor)}</td>
          </tr>
        )}
      </tfoot>
    </table>
  );
}

/**
 * The place of Stripe's Payment Element. `browser/payment.ts` fills it, and exchanges what the buyer enters there for the
 * value of the hidden field. Its amount and currency must be those of the payment.
 */
function PaymentElement(p: {
  v: View;
  hold: ActiveHold;
  form: StripeForm;
  chosen: string | undefined;
  errors: readonly FieldError[];
}) {
  const { t, origin } = p.v;
  const { amountMinor, currency } = p.hold;
  return (
    <div class="field" id={METHOD_FIELD} tabindex={-1}>
      <p class="legend">{t.checkout.method}</p>
      <FieldErrorText id={METHOD_FIELD} errors={p.errors} />
      <input type="hidden" name="method" value={p.chosen ?? ''} autocomplete="off" />
      {p.chosen !== undefined && <p class="help">{t.checkout.methodKept}</p>}
      <div
        data-payment-element={p.form.publishableKey}
        data-amount={String(toStripeAmount(amountMinor, currency))}
        data-currency={currency.toLowerCase()}
        data-return-url={`${origin}/checkout/${p.hold.holdId}/return`}
        data-failed={t.checkout.stripeFailed}
      >
        <p class="help js-only" data-loading>
          {t.checkout.stripeLoading}
        </p>
        <div data-place></div>
        <p class="field-error" role="alert" data-payment-error></p>
      </div>
      <noscript>
        <Message tone="warn" title={t.checkout.needsScript} text={t.checkout.needsScriptText} />
      </noscript>
    </div>
  );
}

function Methods(p: { v: View; errors: readonly FieldError[]; chosen: string | undefined }) {
  const { v, errors, chosen = TEST_METHODS[0] } = p;
  const { t } = v;
  return (
    <ChoiceGroup
      type="radio"
      id={METHOD_FIELD}
      name="method"
      label={t.checkout.method}
      help={t.checkout.testHelp}
      options={TEST_METHODS.map((value) => ({ value, checked: value === chosen, ...t.checkout.methods[value] }))}
      errors={errors}
    />
  );
}
