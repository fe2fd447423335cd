import type { Schema } from '@box-office/api-client';
import { ChoiceGroup, Facts, type Fact, type FieldError } from '@box-office/ui';
import type { Event } from '@box-office/web';
import { FormProblems } from '../http/form-problems.js';
import { Column } from '../http/layout.js';
import type { ProblemText } from '../http/problem-words.js';
import type { View } from '../http/view.js';
import type { PurchasedTicket } from './cancellable-tickets.js';
import type { Purchase } from './order-page.js';

export type Refund = Schema<'Refund'>;

/** Id of the field that says which tickets. */
export const TICKETS_FIELD = 'tickets';

/** Asks which tickets, and says what comes back, before anything is cancelled. Without a refund it says why. */
export function CancelPage(p: {
  v: View;
  purchase: Purchase;
  event: Event;
  /** Those that can be cancelled. */
  tickets: readonly PurchasedTicket[];
  /** Ids of those that are chosen. */
  chosen: readonly string[];
  refund: Refund | null;
  errors?: readonly FieldError[];
  problem?: ProblemText | undefined;
}) {
  const { v, purchase, event, tickets, chosen, refund, problem, errors = [] } = p;
  const { t, f } = v;
  return (
    <Column v={v} title={t.cancel.title} above={`${event.name}, ${f.shortDay(event.startsAt, event.timeZone)}`}>
      <FormProblems v={v} errors={errors} problem={problem} />
      <form
        class="stack loose"
        method="post"
        action={`/orders/${purchase.purchaseId}/cancel`}
        data-once={t.cancel.working}
      >
        <Tickets v={v} tickets={tickets} chosen={chosen} errors={errors} />
        {refund !== null && <RefundPanel v={v} refund={refund} />}
        <p class="actions">
          {refund !== null && (
            <>
              <input type="hidden" name="refund" value={String(refund.refundMinor)} />
              <button class="button danger">{confirmText(v, refund)}</button>
            </>
          )}
          <a class="button quiet" href={`/orders/${purchase.purchaseId}`}>
            {t.cancel.keep}
          </a>
        </p>
      </form>
    </Column>
  );
}

/** One ticket is no choice. The button shows the amount for another choice, and is no cancellation. */
function Tickets(p: {
  v: View;
  tickets: readonly PurchasedTicket[];
  chosen: readonly string[];
  errors: readonly FieldError[];
}) {
  const { v, tickets, chosen, errors } = p;
  const { t } = v;
  const [only] = tickets;
  if (only === undefined || tickets.length === 1) {
    return only === undefined ? null : (
      <p>
        <input type="hidden" name="ticket" value={only.ticketId} />
        {t.order.ticketOf(only.ticketType, only.serial)}
      </p>
    );
  }
  return (
    <ChoiceGroup
      type="checkbox"
      id={TICKETS_FIELD}
      name="ticket"
      label={t.cancel.choose}
      errors={errors}
      options={tickets.map(({ ticketId, ticketType, serial }) => ({
        value: ticketId,
        label: t.order.ticketOf(ticketType, serial),
        checked: chosen.includes(ticketId),
      }))}
    >
      <p class="after-choices">
        <button class="button quiet" formmethod="get" formaction="cancel">
          {t.cancel.update}
        </button>
      </p>
    </ChoiceGroup>
  );
}

function RefundPanel({ v, refund }: { v: View; refund: Refund }) {
  const { t, f } = v;
  const { pricesMinor, withheldMinor, returnedFeesMinor, keptFeesMinor, refundMinor, currency } = refund;
  const isExplained = withheldMinor + returnedFeesMinor + keptFeesMinor > 0;
  const row = (label: string, amount: number): Fact | false =>
    amount !== 0 && [label, f.money(amount, currency), 'number'];
  return (
    <div class="panel stack">
      {pricesMinor + keptFeesMinor + returnedFeesMinor > 0 && (
        <p class="refund">
          <span>{t.cancel.youGet}</span> <strong class="number">{f.money(refundMinor, currency)}</strong>
        </p>
      )}
      {isExplained && (
        <Facts
          class="sums"
          rows={[
            row(t.cancel.prices, pricesMinor),
            row(t.cancel.withheld, -withheldMinor),
            row(t.cancel.feesBack, returnedFeesMinor),
            row(t.cancel.feesKept, keptFeesMinor),
          ]}
        />
      )}
      <p>{t.cancel.text(refund.tickets.length)}</p>
    </div>
  );
}

function confirmText({ t, f }: View, { refundMinor, pricesMinor, currency }: Refund): string {
  if (refundMinor > 0) return t.cancel.confirm(f.money(refundMinor, currency));
  return pricesMinor === 0 ? t.cancel.confirmFree : t.cancel.confirmNothing;
}
