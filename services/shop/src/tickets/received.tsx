import { INVALID, replyTo, showPage, withFound, type Event, type Problem } from '@box-office/web';
import { Deadline } from '../http/deadline.js';
import { Column } from '../http/layout.js';
import { showProblem } from '../http/problem-page.js';
import { keptSecret } from '../http/secret-address.js';
import { buyerApi, type ShopContext, type ShopDeps, type View } from '../http/view.js';
import { whenIn } from '../texts/languages.js';
import { findTicket } from './find-ticket.js';
import { TicketCard } from './ticket-card.js';

/** A ticket by itself, for the person who took it over. */
export const showTicket = withFound(findTicket, (c, { ticket, event, shownAt }) => {
  if (shownAt !== c.req.path) return c.redirect(shownAt, 303);
  const v = c.get('view');
  const { t } = v;
  if (event.status === 'cancelled' || ticket.status !== 'valid') {
    const title = event.status === 'cancelled' ? t.order.eventCancelled(event.name) : t.transfer.cancelled;
    return showPage(
      c,
      <Column v={v} title={title} above={event.name} lead={t.transfer.cancelledText}>
        <p>{t.order.ticketOf(ticket.ticketType, ticket.serial)}</p>
        <p>
          <a href={`/events/${event.id}`}>{t.order.toEvent}</a>
        </p>
      </Column>,
    );
  }
  return showPage(
    c,
    <Column v={v} title={t.order.going(event.name)} lead={t.transfer.receivedText} wide>
      {ticket.code !== null && <p class="muted">{t.order.codeHelp}</p>}
      <ul class="tickets">
        <TicketCard v={v} event={event} ticket={ticket} shown={ticket} />
      </ul>
      <p class="actions">
        <a class="button quiet" href={`/events/${event.id}/calendar.ics`}>
          {t.event.calendar}
        </a>
        <a href={`/events/${event.id}`}>{t.order.toEvent}</a>
      </p>
      {v.session?.user === undefined && <p class="muted small">{t.transfer.unknownText}</p>}
    </Column>,
  );
});

/** The page behind the link: says what is offered, and asks. Opening it takes nothing over. */
export async function showOffer(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const session = await deps.sessions.readOrStart(c);
  const api = await buyerApi(c, deps, session);
  const code = c.req.query('code') ?? '';
  const reply = await replyTo(api.POST('/api/ticket-transfers/show', { body: { code } }));
  const v = c.get('view');
  if (!reply.ok) return refuse(c, reply.problem);
  const event = await deps.catalogue.event(reply.data.eventId);
  if (!event.ok) return refuse(c, event.problem);
  return keptSecret(showPage(c, <OfferPage v={v} code={code} event={event.data} {...reply.data} />));
}

function OfferPage(p: {
  v: View;
  code: string;
  event: Event;
  ticketType: string;
  serial: number;
  offeredUntil: string;
}) {
  const { v, event } = p;
  const { t } = v;
  const zone = event.timeZone;
  return (
    <Column v={v} title={t.transfer.offerTitle} above={whenIn(v, event.startsAt, zone)}>
      <div class="panel stack">
        <h2>{event.name}</h2>
        <p>{event.venue}</p>
        <p>{t.order.ticketOf(p.ticketType, p.serial)}</p>
      </div>
      <p>{t.transfer.offerText}</p>
      <form class="stack" method="post" action="/transfer" data-once={t.transfer.accepting}>
        <input type="hidden" name="code" value={p.code} />
        <button class="button wide">{t.transfer.accept}</button>
        <p class="help">
          <Deadline v={v} text={t.transfer.until} at={p.offeredUntil} timeZone={zone} />
        </p>
      </form>
    </Column>
  );
}

/** Takes the ticket over. A repeat shows it again. */
export async function acceptOffer(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const session = await deps.sessions.readOrStart(c);
  const api = await buyerApi(c, deps, session);
  const { code } = await c.req.parseBody();
  const body = { code: typeof code === 'string' ? code : '' };
  const reply = await replyTo(api.POST('/api/ticket-transfers/accept', { body }));
  if (reply.ok) return c.redirect(`/tickets/${reply.data.ticketId}`, 303);
  return refuse(c, reply.problem);
}

/** A code that cannot be one is as unknown as any other. */
const refuse = (c: ShopContext, problem: Problem): Response =>
  keptSecret(showProblem(c, problem.kind === INVALID ? { kind: 'unknown-transfer', status: 404 } : problem));
