import type { Schema } from '@box-office/api-client';
import { Choice, ErrorSummary, FieldErrorText, Message, Steps, type FieldError } from '@box-office/ui';
import type { Event } from '@box-office/web';
import { ContactFields } from '../contact/contact-fields.js';
import type { GivenContact } from '../contact/contact.js';
import { Layout } from '../http/layout.js';
import type { View } from '../http/view.js';
import type { Texts } from '../texts/en.js';

export type Hold = Schema<'Hold'>;

/** The payment methods of the simulator that the shop offers. */
export const TEST_METHODS = [
  'pm_approve',
  'pm_decline_insufficient_funds',
  'pm_slow_4000',
  'pm_timeout_after_charge',
  'pm_capture_refused',
  'pm_card_authenticationRequired',
] as const satisfies readonly (keyof Texts['checkout']['methods'])[];

export const methodId = (method: string): string => `method-${method}`;

/** The payment step, with the time that is left by the server's clock. */
export function CheckoutPage(p: {
  v: View;
  hold: Hold;
  event: Event;
  formKey: string;
  testPayments: boolean;
  /** What the buyer has given now or before. */
  contact: GivenContact;
  errors?: readonly FieldError[];
  notice?: { readonly title: string; readonly text: string } | undefined;
}) {
  const { v, hold, event, errors = [], notice } = p;
  const { t, f } = v;
  const { amountMinor = 0, currency = event.currency, items = [] } = hold;
  const isFree = amountMinor === 0;
  const count = items.reduce((sum, { serials }) => sum + serials.length, 0);
  return (
    <Layout v={v} title={`${t.checkout.title}: ${event.name}`} narrow plain>
      <div class="stack loose">
        <Steps label={t.checkout.stepsLabel} names={t.checkout.steps} current={1} />
        <div>
          <p class="eyebrow">
            {event.name}, {f.shortDay(event.startsAt, event.timeZone)}
          </p>
          <h1>{isFree ? t.checkout.freeTitle : t.checkout.title}</h1>
        </div>
        <ErrorSummary title={t.errors.title} errors={errors} />
        {notice !== undefined && (
          <Message tone="bad" title={notice.title} alert>
            <p>{notice.text}</p>
          </Message>
        )}
        <Countdown v={v} hold={hold} event={event} />
        <Summary v={v} items={items} amountMinor={amountMinor} currency={currency} />
        {isFree || p.testPayments ? (
          <form
            {...{ class: 'stack loose', method: 'post', action: `/checkout/${hold.holdId}`, novalidate: true }}
            data-once={t.checkout.paying}
          >
            <input type="hidden" name="key" value={p.formKey} />
            <input type="hidden" name="amount" value={String(amountMinor)} />
            <ContactFields v={v} given={p.contact} errors={errors} />
            {!isFree && <Methods v={v} errors={errors} />}
            <div class="stack">
              <button class="button wide">
                {isFree ? t.checkout.getFree(count) : t.checkout.pay(f.money(amountMinor, currency))}
              </button>
              {!isFree && <p class="help">{t.checkout.once}</p>}
            </div>
          </form>
        ) : (
          <Message tone="warn" title={t.checkout.noPayments}>
            <p>{t.checkout.noPaymentsText}</p>
          </Message>
        )}
        <form method="post" action={`/checkout/${hold.holdId}/release`} data-once={t.checkout.release}>
          <input type="hidden" name="event" value={event.id} />
          <button class="link-button">{t.checkout.release}</button>
        </form>
      </div>
    </Layout>
  );
}

/** The script counts from `data-ms`; without it the time of the end is enough. */
function Countdown({ v, hold, event }: { v: View; hold: Hold; event: Event }) {
  const { t, f } = v;
  const leftMs = Math.max(0, Date.parse(hold.expiresAt ?? '') - v.nowMs);
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
        {t.checkout.heldUntil(f.time(hold.expiresAt ?? '', event.timeZone))}
        {v.nowMs > 0 && <span class="muted"> ({t.event.localTime(f.city(event.timeZone))})</span>}
      </span>
      <span class="number clock" data-clock aria-hidden="true">
        {clock}
      </span>
      <span class="hidden" role="status" data-spoken></span>
    </div>
  );
}

function Summary(p: { v: View; items: NonNullable<Hold['items']>; amountMinor: number; currency: string }) {
  const { t, f } = p.v;
  const money = (amount: number): string => (amount === 0 ? t.free : f.money(amount, p.currency));
  return (
    <table class="table">
      <caption class="hidden">{t.checkout.summary}</caption>
      <tbody>
        {p.items.map(({ ticketType, serials, priceMinor }) => (
          <tr>
            <th scope="row">
              {ticketType} <span class="muted">× {f.number(serials.length)}</span>
            </th>
            <td class="amount">{money(priceMinor * serials.length)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t.checkout.total}</th>
          <td class="amount">{money(p.amountMinor)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function Methods({ v, errors }: { v: View; errors: readonly FieldError[] }) {
  const { t } = v;
  return (
    <fieldset class="field">
      <legend class="legend">{t.checkout.method}</legend>
      <p class="help">{t.checkout.testHelp}</p>
      <FieldErrorText id={methodId(TEST_METHODS[0])} errors={errors} />
      <div class="choices">
        {TEST_METHODS.map((method, i) => (
          <Choice
            id={methodId(method)}
            name="method"
            value={method}
            checked={i === 0}
            {...t.checkout.methods[method]}
          />
        ))}
      </div>
    </fieldset>
  );
}
