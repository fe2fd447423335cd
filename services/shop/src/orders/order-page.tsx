import { problemKind, type Schema } from '@box-office/api-client';
import { Badge, Facts, Message, type Fact, type Tone } from '@box-office/ui';
import type { Event } from '@box-office/web';
import { Deadline } from '../http/deadline.js';
import { followed, ReloadWithoutScript } from '../http/follow.js';
import { Column } from '../http/layout.js';
import { StripeScripts, type StripeForm } from '../http/stripe-script.js';
import { declineWords, problemWords } from '../http/problem-words.js';
import type { View } from '../http/view.js';
import { whenIn } from '../texts/languages.js';
import { BankAction } from './bank-action.js';
import { cancellableTickets } from './cancellable-tickets.js';
import { MailSection, type SentMail } from './mail-section.js';
import { OrderProgress } from './order-progress.js';
import { TicketCard, type TicketWithCode } from '../tickets/ticket-card.js';
import { OrderSteps } from '../buying/order-steps.js';

export type Purchase = Schema<'Purchase'>;

/** From then on the page says that it takes long. */
const SLOW_MS = 8_000;
/** After so long the page is loaded again where no script follows the order. */
const RELOAD_S = { open: 10, cancelling: 30 };

interface OrderProps {
  readonly v: View;
  readonly purchase: Purchase;
  readonly event: Event;
  /** Its tickets with their codes; none while they cannot be read. */
  readonly tickets: readonly TicketWithCode[];
  /** The mail with its tickets; null while that is not known. */
  readonly mail: SentMail | null;
  /** The purchase's hold, while another payment may be tried with it. */
  readonly openHold?: string | undefined;
  /** The buyer comes from the bank: what was to be done there is done. */
  readonly hasReturned: boolean;
  /** Where payments are made with Stripe.js. */
  readonly stripe?: StripeForm | undefined;
  /** Where the buyer goes after the action. */
  readonly returnPath: string;
}

/** `hold`: the hold that the purchase uses, so that another payment may be tried with it. */
export const returnToOrderPath = (purchaseId: string, hold: string | undefined): string =>
  `/orders/${purchaseId}/return${hold === undefined ? '' : `?hold=${encodeURIComponent(hold)}`}`;

/** A change of this is a change of the page. */
export const followedStatus = ({ status, paymentStatus, nextAction, pendingMinor = 0 }: Purchase): string =>
  [status, paymentStatus, nextAction && 'action_required', pendingMinor > 0 && `pending_${pendingMinor}`]
    .filter(Boolean)
    .join(' ');

const followedOrder = (purchase: Purchase) =>
  followed(`/orders/${purchase.purchaseId}/status`, followedStatus(purchase));

const ShowAgainWithoutScript = ({ v }: { v: View }) => (
  <noscript>
    <p>
      <a href={v.path}>{v.t.order.showAgain}</a>
    </p>
  </noscript>
);

/** One order as it is at this moment. While it is open the page renews itself, with JavaScript or without. */
export function OrderPage(p: OrderProps) {
  switch (p.purchase.status) {
    case 'open':
      return <OpenOrder {...p} />;
    case 'confirmed':
      return p.event.status === 'cancelled' ? <OrderOfCancelledEvent {...p} /> : <ConfirmedOrder {...p} />;
    case 'cancelling':
    case 'cancelled':
      return <CancelledOrder {...p} />;
    case 'declined':
    case 'refused':
    case 'undone':
      return <FailedOrder {...p} />;
  }
}

function OpenOrder({ v, purchase, event, hasReturned, stripe, returnPath }: OrderProps) {
  const { t } = v;
  const action = hasReturned ? undefined : purchase.nextAction;
  const isSlow = purchase.createdAt !== undefined && v.nowMs - Date.parse(purchase.createdAt) > SLOW_MS;
  const head = (
    <>
      {action === undefined && <ReloadWithoutScript everyS={RELOAD_S.open} />}
      {action?.kind === 'use_stripe_sdk' && stripe && <StripeScripts v={v} form={stripe} />}
    </>
  );
  return (
    <Column
      v={v}
      title={`${t.order.openTitle}: ${event.name}`}
      heading={t.order.openTitle}
      above={event.name}
      before={<OrderSteps v={v} current={1} isFree={purchase.amountMinor === 0} />}
      head={head}
      {...followedOrder(purchase)}
    >
      <OrderProgress v={v} paymentStatus={purchase.paymentStatus} />
      {action !== undefined && (
        <BankAction v={v} action={action} event={event} stripe={stripe} returnPath={returnPath} />
      )}
      {action !== undefined && <ShowAgainWithoutScript v={v} />}
      {isSlow && action === undefined && <p role="status">{t.order.slow}</p>}
      <p class="muted">{t.order.openText}</p>
    </Column>
  );
}

function ConfirmedOrder(p: OrderProps) {
  const { v, purchase, event } = p;
  const { t } = v;
  const { tickets = [], amountMinor = 0 } = purchase;
  const until = event.cancellableUntil ?? event.startsAt;
  const withCode = new Map(p.tickets.map((ticket) => [ticket.ticketId, ticket]));
  const hasCode = p.tickets.some(({ code }) => code !== null);
  const hasOwn = p.tickets.some(({ status, transferred }) => status === 'valid' && !transferred);
  const given = tickets.filter(({ ticketId }) => withCode.get(ticketId)?.transferred).length;
  const canCancel = Date.parse(until) > v.nowMs && cancellableTickets(purchase, p.tickets).length > 0;
  return (
    <Column
      v={v}
      title={t.order.going(event.name)}
      lead={(amountMinor === 0 ? t.order.freeText : t.order.confirmedText)(tickets.length, given)}
      before={<OrderSteps v={v} current={2} isFree={amountMinor === 0} />}
      wide
    >
      {hasCode && <p class="muted">{t.order.codeHelp}</p>}
      <ul class="tickets">
        {tickets.map((ticket) => (
          <TicketCard v={v} event={event} ticket={ticket} shown={withCode.get(ticket.ticketId)} />
        ))}
      </ul>
      <p class="actions">
        {hasCode && (
          <a class="button" href={`/orders/${purchase.purchaseId}/tickets.pdf`} download>
            {t.order.pdf}
          </a>
        )}
        <a class="button quiet" href={`/events/${event.id}/calendar.ics`}>
          {t.event.calendar}
        </a>
      </p>
      {p.mail !== null && (hasOwn || p.tickets.length === 0) && (
        <MailSection
          v={v}
          mail={p.mail}
          action={`/orders/${purchase.purchaseId}/mail`}
          change={`/contact?order=${purchase.purchaseId}`}
        />
      )}
      {purchase.userId === v.session?.guest && <p class="muted small">{t.order.guestHelp}</p>}
      <section class="stack" aria-labelledby="details">
        <h2 id="details">{t.order.details}</h2>
        <Details {...p} />
        {canCancel && (
          <p class="small">
            <span class="muted">
              <Deadline v={v} text={t.order.cancelUntil} at={until} timeZone={event.timeZone} />
            </span>{' '}
            <a href={`/orders/${purchase.purchaseId}/cancel`}>{t.order.cancel}</a>
          </p>
        )}
      </section>
    </Column>
  );
}

/** Until the refund of the event comes to this order. Its codes open no door. */
function OrderOfCancelledEvent(p: OrderProps) {
  const { v, event } = p;
  const { t } = v;
  return (
    <Column v={v} title={t.order.eventCancelled(event.name)} lead={t.event.cancelledText}>
      <Details {...p} />
      <Links v={v} event={event} />
    </Column>
  );
}

const sumOfFees = ({ fees = [] }: Purchase): number =>
  fees.reduce((sum, { quantity, priceMinor }) => sum + quantity * priceMinor, 0);

/** Money and references; an amount of nothing is left out. */
function Details({ v, purchase, event }: OrderProps) {
  const { t, f } = v;
  const { amountMinor = 0, refundedMinor, pendingMinor, skippedMinor, currency = event.currency } = purchase;
  const money = (label: string, amount = 0): Fact | false =>
    amount !== 0 && [label, f.money(amount, currency), 'number'];
  return (
    <Facts
      rows={[
        purchase.createdAt !== undefined && [
          t.order.orderedOn,
          <>
            {whenIn(v, purchase.createdAt, event.timeZone)}{' '}
            <span class="muted">{f.zone(purchase.createdAt, event.timeZone)}</span>
          </>,
        ],
        money(t.order.paid, amountMinor),
        money(t.receipt.fees, sumOfFees(purchase)),
        money(t.order.refunded, refundedMinor),
        money(t.order.pending, pendingMinor),
        money(t.order.byHand, skippedMinor),
        [t.order.reference, purchase.transactionId ?? purchase.purchaseId, 'reference'],
        amountMinor > 0 && [t.receipt.title, <a href={`/orders/${purchase.purchaseId}/receipts`}>{t.receipt.link}</a>],
      ]}
    />
  );
}

function CancelledOrder(p: OrderProps) {
  const { v, purchase, event } = p;
  const { t, f } = v;
  const isDone = purchase.status === 'cancelled' && (purchase.pendingMinor ?? 0) === 0;
  const amount = isDone ? (purchase.refundedMinor ?? 0) : (purchase.pendingMinor ?? purchase.amountMinor ?? 0);
  const shown = f.money(amount, purchase.currency ?? event.currency);
  return (
    <Column
      v={v}
      title={isDone ? t.order.cancelled : t.order.cancelling}
      above={event.name}
      lead={amount > 0 && (isDone ? t.order.cancelledText(shown) : t.order.cancellingText(shown))}
      head={!isDone && <ReloadWithoutScript everyS={RELOAD_S.cancelling} />}
      {...(!isDone && followedOrder(purchase))}
    >
      {!isDone && <ShowAgainWithoutScript v={v} />}
      <Details {...p} />
      <Links v={v} event={event} />
    </Column>
  );
}

function FailedOrder(p: OrderProps) {
  const { v, purchase, event, openHold } = p;
  const { t } = v;
  const kind = problemKind(purchase.problem) ?? 'other';
  const problem = { ...purchase.problem, kind };
  const { title, text } = problemWords(v, problem);
  const what = `${declineWords(v, problem)} ${openHold === undefined ? text : t.checkout.declinedText}`.trim();
  return (
    <Column v={v} title={title} heading={t.order.failed} above={event.name}>
      <Message tone="bad" title={title} text={what} alert />
      {openHold !== undefined && (
        <p>
          <a class="button" href={`/checkout/${openHold}`}>
            {t.order.tryAgain}
          </a>
        </p>
      )}
      <Links v={v} event={event} />
    </Column>
  );
}

const Links = ({ v, event }: { v: View; event: Event }) => (
  <p class="actions">
    <a href={`/events/${event.id}`}>{v.t.order.toEvent}</a>
    <a href="/orders">{v.t.nav.orders}</a>
  </p>
);

const TONES: Readonly<Record<Purchase['status'], Tone>> = {
  open: 'plain',
  confirmed: 'good',
  cancelling: 'warn',
  cancelled: 'off',
  declined: 'bad',
  refused: 'bad',
  undone: 'bad',
};

export const StatusBadge = ({ v, status }: { v: View; status: Purchase['status'] }) => (
  <Badge tone={TONES[status]}>{v.t.orders.status[status]}</Badge>
);
