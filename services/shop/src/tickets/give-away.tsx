import { Message } from '@box-office/ui';
import { replyTo, showPage, statusOf, withFound, type Event, type Problem } from '@box-office/web';
import { Deadline } from '../http/deadline.js';
import { Column } from '../http/layout.js';
import { problemWords, type ProblemText } from '../http/problem-words.js';
import type { ShopContext, View } from '../http/view.js';
import { findTicket, type FoundTicket } from './find-ticket.js';
import type { TicketWithCode } from './ticket-card.js';

interface GiveAwayProps {
  readonly v: View;
  readonly event: Event;
  readonly ticket: TicketWithCode;
  readonly shownAt: string;
  /** The link of an offer that was made just now; it is not shown again. */
  readonly link?: string;
  readonly problem?: ProblemText;
}

/** Where a ticket's holder offers it to somebody else. */
export const askToGiveAway = withFound(findTicket, (c, found) =>
  showPage(c, <GiveAwayPage v={c.get('view')} {...found} />),
);

/** Makes the link. A repeat makes another one, and the one before stops working. */
export const offerTicket = withFound(findTicket, async (c, found) => {
  const { ticket, api } = found;
  const v = c.get('view');
  const reply = await replyTo(api.POST('/api/ticket-transfers', { body: { ticketId: ticket.ticketId } }));
  if (!reply.ok) return refuse(c, found, reply.problem);
  const { code, offeredUntil } = reply.data;
  const link = `${v.origin}/transfer?code=${code}`;
  const page = showPage(c, <GiveAwayPage v={v} {...found} link={link} ticket={{ ...ticket, offeredUntil }} />);
  page.headers.set('Cache-Control', 'no-store');
  return page;
});

/** Withdraws the link. */
export const withdrawOffer = withFound(findTicket, async (c, found) => {
  const { ticketId } = found.ticket;
  const reply = await replyTo(found.api.POST('/api/ticket-transfers/withdraw', { body: { ticketId } }));
  return reply.ok ? c.redirect(`/tickets/${ticketId}/give-away`, 303) : refuse(c, found, reply.problem);
});

function refuse(c: ShopContext, found: FoundTicket, problem: Problem): Response {
  const v = c.get('view');
  return showPage(c, <GiveAwayPage v={v} {...found} problem={problemWords(v, problem)} />, statusOf(problem));
}

function GiveAwayPage({ v, event, ticket, shownAt, link, problem }: GiveAwayProps) {
  const { t, f } = v;
  const { offeredUntil } = ticket;
  const address = `/tickets/${ticket.ticketId}/give-away`;
  return (
    <Column
      v={v}
      title={t.transfer.title}
      above={`${event.name}, ${f.shortDay(event.startsAt, event.timeZone)}`}
      lead={t.order.ticketOf(ticket.ticketType, ticket.serial)}
    >
      {problem !== undefined && <Message tone="bad" {...problem} alert />}
      {ticket.code === null && <p>{t.transfer.notYours}</p>}
      {link !== undefined && <Link v={v} event={event} link={link} />}
      {offeredUntil !== null && (
        <form class="stack" method="post" action={`${address}/withdraw`}>
          <p role="status">
            <Deadline v={v} text={t.transfer.open} at={offeredUntil} timeZone={event.timeZone} />
          </p>
          <button class="button quiet">{t.transfer.withdraw}</button>
        </form>
      )}
      {ticket.code !== null && link === undefined && (
        <form class="stack" method="post" action={address} data-once={t.transfer.making}>
          <p>{t.transfer.text}</p>
          <p>{t.transfer.consequence}</p>
          <button class="button">{offeredUntil === null ? t.transfer.make : t.transfer.makeNew}</button>
        </form>
      )}
      <p>
        <a href={shownAt}>{t.transfer.back}</a>
      </p>
    </Column>
  );
}

function Link({ v, event, link }: { v: View; event: Event; link: string }) {
  const { t } = v;
  const mail = new URLSearchParams({ subject: event.name, body: `${t.transfer.mailText(event.name)}\n\n${link}` });
  return (
    <div class="panel stack">
      <label for="link">{t.transfer.link}</label>
      <input id="link" type="text" readonly value={link} aria-describedby="link-help" />
      <p class="help" id="link-help">
        {t.transfer.linkHelp}
      </p>
      <p class="actions">
        <button
          class="button"
          type="button"
          data-copy="#link"
          data-copied={t.transfer.copied}
          aria-live="polite"
          hidden
        >
          {t.transfer.copy}
        </button>
        <a class="button quiet" href={`mailto:?${mail.toString().replaceAll('+', '%20')}`}>
          {t.transfer.mail}
        </a>
      </p>
    </div>
  );
}
