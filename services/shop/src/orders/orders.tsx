import type { Schema } from '@box-office/api-client';
import { Badge, Message } from '@box-office/ui';
import { replyTo, showPage, type Event } from '@box-office/web';
import { activeHolds, type ActiveHold } from '../buying/holds.js';
import { RunningHold } from '../buying/running-hold.js';
import { Column } from '../http/layout.js';
import { showProblem } from '../http/problem-page.js';
import { buyerApi, type ShopContext, type ShopDeps, type View } from '../http/view.js';
import { isGuest, ownSession } from '../http/session.js';
import { StatusBadge, type Purchase } from './order-page.js';

const PAGE_SIZE = 20;
const MAX_HOLDS = 10;

type ReceivedTicket = Schema<'TicketWithCode'>;
type Named<T> = { readonly one: T; readonly event: Event | undefined };

const NO_PURCHASES = { ok: true, data: { purchases: [], next: null } } as const;

/**
 * The buyer's orders, newest first, page by page, with the active holds and the tickets that others gave on
 * top. Further pages of these tickets come without orders.
 */
export async function showOrders(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const v = c.get('view');
  if (v.session === null) return showPage(c, <OrdersPage v={v} purchases={[]} holds={[]} received={[]} />);
  const { guest, user } = v.session;
  // Who has signed in can still see what this browser has as a guest.
  const asGuest = user !== undefined && c.req.query('guest') !== undefined;
  const shown = asGuest ? { guest } : v.session;
  const [api, own] = await Promise.all([buyerApi(c, deps, shown), buyerApi(c, deps, ownSession(shown))]);
  const { after, received: receivedAfter } = c.req.query();
  const isFirst = after === undefined && receivedAfter === undefined;
  const pageAfter = (last: string | undefined) => ({
    params: { query: { limit: PAGE_SIZE, ...(last !== undefined && { after: last }) } },
  });
  const [purchases, holds, received] = await Promise.all([
    receivedAfter === undefined ? replyTo(api.GET('/api/purchases', pageAfter(after))) : NO_PURCHASES,
    isFirst ? activeHolds(own, { limit: MAX_HOLDS }) : [],
    after === undefined ? replyTo(api.GET('/api/received-tickets', pageAfter(receivedAfter))) : null,
  ]);
  const to = { href: '/orders', text: v.t.nav.orders };
  if (!purchases.ok) return showProblem(c, purchases.problem, { to });
  // On the first page the orders are shown all the same.
  if (received?.ok === false && !isFirst) return showProblem(c, received.problem, { to });
  const named = <T extends { eventId: string }>(list: readonly T[]): Promise<Named<T>[]> =>
    Promise.all(
      list.map(async (one) => {
        const event = await deps.catalogue.event(one.eventId);
        return { one, event: event.ok ? event.data : undefined };
      }),
    );
  const page = (
    <OrdersPage
      v={v}
      purchases={await named(purchases.data.purchases)}
      holds={await named(holds)}
      received={received?.ok === false ? null : await named(received?.data.tickets ?? [])}
      next={purchases.data.next}
      nextReceived={received?.ok ? received.data.next : null}
      asGuest={asGuest}
    />
  );
  return showPage(c, page);
}

function OrdersPage(p: {
  v: View;
  purchases: readonly Named<Purchase>[];
  holds: readonly Named<ActiveHold>[];
  /** Null: they cannot be read. */
  received: readonly Named<ReceivedTicket>[] | null;
  next?: string | null;
  nextReceived?: string | null;
  asGuest?: boolean;
}) {
  const { v, purchases, holds, received, next = null, nextReceived = null, asGuest = false } = p;
  const path = `/orders?${asGuest ? 'guest&' : ''}`;
  const { t } = v;
  return (
    <Column v={v} title={t.nav.orders} heading={asGuest ? t.signIn.guestOrders : t.nav.orders}>
      {holds.length > 0 && (
        <section class="stack" aria-labelledby="holds">
          <h2 id="holds">{t.orders.holds}</h2>
          {holds.map(({ one, event }) => (
            <RunningHold v={v} hold={one} title={event?.name ?? one.eventId} timeZone={event?.timeZone ?? 'UTC'} />
          ))}
        </section>
      )}
      {received === null && <Message tone="warn" title={t.transfer.unread} text={t.transfer.unreadText} />}
      {received !== null && received.length > 0 && (
        <section class="stack" aria-labelledby="received">
          <h2 id="received">{t.transfer.received}</h2>
          <ul class="orders">
            {received.map(({ one, event }) => (
              <Received v={v} ticket={one} event={event} />
            ))}
          </ul>
          {nextReceived !== null && <a href={`${path}received=${nextReceived}`}>{t.transfer.moreReceived}</a>}
        </section>
      )}
      {purchases.length === 0 && received?.length === 0 && (
        <div class="empty stack">
          <h2>{t.orders.empty}</h2>
          <p class="muted">{t.orders.emptyText}</p>
          <p>
            <a class="button" href="/">
              {t.orders.toProgramme}
            </a>
          </p>
        </div>
      )}
      {isGuest(v.session) && (
        <p class="muted">
          {t.guestLink.missing} <a href="/find-orders">{t.guestLink.find}</a>
        </p>
      )}
      {purchases.length > 0 && (
        <section class="stack" aria-labelledby="past">
          <h2 id="past" class={holds.length > 0 || received?.length !== 0 ? '' : 'hidden'}>
            {t.orders.past}
          </h2>
          <ul class="orders">
            {purchases.map(({ one, event }) => (
              <Order v={v} purchase={one} event={event} />
            ))}
          </ul>
          {next !== null && <a href={`${path}after=${next}`}>{t.orders.older}</a>}
        </section>
      )}
      {v.session?.user !== undefined && !asGuest && (
        <p class="small">
          <a href="/orders?guest">{t.signIn.guestOrders}</a>
        </p>
      )}
    </Column>
  );
}

function Received({ v, ticket, event }: { v: View; ticket: ReceivedTicket; event: Event | undefined }) {
  const { t, f } = v;
  const name = event?.name ?? ticket.eventId;
  return (
    <li class="order">
      <div>
        <h3>
          <a href={`/tickets/${ticket.ticketId}`}>{name}</a>
        </h3>
        <p class="muted small">
          {event !== undefined && `${f.day(event.startsAt, event.timeZone)} · `}
          {t.order.ticketOf(ticket.ticketType, ticket.serial)}
        </p>
      </div>
      {(ticket.status !== 'valid' || event?.status === 'cancelled') && (
        <p class="order-foot">
          <Badge tone="off">{t.orders.status.cancelled}</Badge>
        </p>
      )}
    </li>
  );
}

function Order({ v, purchase, event }: { v: View; purchase: Purchase; event: Event | undefined }) {
  const { t, f } = v;
  const name = event?.name ?? purchase.eventId;
  // Its refund is to come.
  const isOff = event?.status === 'cancelled';
  const { amountMinor = 0, refundedMinor = 0, currency = event?.currency ?? '', tickets = [] } = purchase;
  return (
    <li class="order">
      <div>
        <h3>
          <a href={`/orders/${purchase.purchaseId}`} aria-label={t.orders.show(name)}>
            {name}
          </a>
        </h3>
        <p class="muted small">
          {event !== undefined && f.day(event.startsAt, event.timeZone)}
          {tickets.length > 0 && ` · ${t.tickets(tickets.length)}`}
        </p>
      </div>
      <p class="order-foot">
        {amountMinor > 0 && <span class="number">{f.money(amountMinor, currency)}</span>}
        <StatusBadge v={v} status={isOff && purchase.status === 'confirmed' ? 'cancelling' : purchase.status} />
        {refundedMinor > 0 && (
          <span class="muted small">
            {t.order.refunded} <span class="number">{f.money(refundedMinor, currency)}</span>
          </span>
        )}
      </p>
    </li>
  );
}
