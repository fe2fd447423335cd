import type { ApiClient, Schema } from '@box-office/api-client';
import type { FieldError } from '@box-office/ui';
import { INVALID, replyTo, showPage, withFound, type Event, type Problem } from '@box-office/web';
import { ContactFields } from '../contact/contact-fields.js';
import { contactIn, keepContact, readContact, type GivenContact } from '../contact/contact.js';
import { Deadline } from '../http/deadline.js';
import { FormProblems } from '../http/form-problems.js';
import { Column } from '../http/layout.js';
import { showProblem } from '../http/problem-page.js';
import type { ProblemText } from '../http/problem-words.js';
import { keptSecret } from '../http/secret-address.js';
import { isGuest, ownSession } from '../http/session.js';
import { buyerApi, leaveLink, showAt, type ShopContext, type ShopDeps, type View } from '../http/view.js';
import { afterMail, MailSection, sentMail, type SentMail } from '../orders/mail-section.js';
import { whenIn } from '../texts/languages.js';
import { findTicket, type FoundTicket } from './find-ticket.js';
import { TicketCard, type TicketWithCode } from './ticket-card.js';

/** A ticket by itself, for the person who took it over. */
export const showTicket = withFound(findTicket, async (c, { ticket, event, api, shownAt }) => {
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
  const params = { path: { id: ticket.ticketId } };
  const mail = await sentMail(api, replyTo(api.GET('/api/tickets/{id}/mails', { params })));
  return showPage(c, <TicketPage v={v} ticket={ticket} event={event} mail={mail} />);
});

function TicketPage(p: { v: View; ticket: TicketWithCode; event: Event; mail: SentMail | null }) {
  const { v, ticket, event, mail } = p;
  const { t } = v;
  const address = `/tickets/${ticket.ticketId}`;
  return (
    <Column v={v} title={t.order.going(event.name)} lead={t.transfer.receivedText} wide>
      {ticket.code !== null && <p class="muted">{t.order.codeHelp}</p>}
      <ul class="tickets">
        <TicketCard v={v} event={event} ticket={ticket} shown={ticket} />
      </ul>
      <p class="actions">
        {ticket.code !== null && (
          <a class="button" href={`${address}/ticket.pdf`} download>
            {t.transfer.pdf}
          </a>
        )}
        <a class="button quiet" href={`/events/${event.id}/calendar.ics`}>
          {t.event.calendar}
        </a>
        <a href={`/events/${event.id}`}>{t.order.toEvent}</a>
      </p>
      {mail !== null && (
        <MailSection v={v} mail={mail} action={`${address}/mail`} change={`/contact?ticket=${ticket.ticketId}`} />
      )}
      {v.session?.user === undefined && <p class="muted small">{t.transfer.guestHelp}</p>}
    </Column>
  );
}

/** Sends the ticket to who has it. */
export const sendTicket = withFound(findTicket, mailTicket);

/** Sends the ticket to the address of who has it, and leads to the ticket; or says why not. */
export async function mailTicket(
  c: ShopContext,
  { ticket: { ticketId: id }, api, shownAt }: Pick<FoundTicket, 'ticket' | 'api' | 'shownAt'>,
): Promise<Response> {
  const reply = await replyTo(api.POST('/api/tickets/{id}/mails', { params: { path: { id } } }));
  return afterMail(c, reply, { href: shownAt, text: c.get('view').t.transfer.back });
}

/** The page behind the link: says what is offered, and asks. Opening it takes nothing over. */
export async function showOffer(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const session = await deps.sessions.readOrStart(c);
  const api = await buyerApi(c, deps, ownSession(session));
  return showOfferOf(c, deps, { api, code: c.req.query('code') ?? '', given: await readContact(api) });
}

/** What the form has, and why it was refused. */
interface OfferForm {
  readonly code: string;
  readonly given: GivenContact;
  readonly errors?: readonly FieldError[];
  readonly problem?: ProblemText;
}

async function showOfferOf(
  c: ShopContext,
  deps: ShopDeps,
  { api, status, ...form }: OfferForm & { api: ApiClient; status?: Parameters<typeof showPage>[2] },
): Promise<Response> {
  const reply = await replyTo(api.POST('/api/ticket-transfers/show', { body: { code: form.code } }));
  if (!reply.ok) return refuse(c, form.code, reply.problem);
  const event = await deps.catalogue.event(reply.data.eventId);
  if (!event.ok) return refuse(c, form.code, event.problem);
  const page = <OfferPage v={c.get('view')} event={event.data} offered={reply.data} {...form} />;
  return keptSecret(showPage(c, page, status));
}

function OfferPage(p: OfferForm & { v: View; event: Event; offered: Schema<'OfferedTicket'> }) {
  const { v, event, offered, errors = [], problem } = p;
  const { t } = v;
  const zone = event.timeZone;
  return (
    <Column v={v} title={t.transfer.offerTitle} above={whenIn(v, event.startsAt, zone)}>
      <FormProblems v={v} errors={errors} problem={problem} />
      <div class="panel stack">
        <h2>{event.name}</h2>
        <p>{event.venue}</p>
        <p>{t.order.ticketOf(offered.ticketType, offered.serial)}</p>
      </div>
      <p>{t.transfer.offerText}</p>
      <form class="stack loose" method="post" action="/transfer" novalidate data-once={t.transfer.accepting}>
        <input type="hidden" name="code" value={p.code} />
        <ContactFields v={v} given={p.given} required={isGuest(v.session && ownSession(v.session))} errors={errors} />
        <div class="stack">
          <button class="button wide">{t.transfer.accept}</button>
          <p class="help">
            <Deadline v={v} text={t.transfer.until} at={offered.offeredUntil} timeZone={zone} />
          </p>
        </div>
      </form>
    </Column>
  );
}

/** Takes the ticket over. A repeat shows it again. */
export async function acceptOffer(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const hasCookie = c.get('view').session !== null;
  const session = await leaveLink(c, deps);
  const api = await buyerApi(c, deps, session);
  const fields = await c.req.parseBody();
  const code = typeof fields['code'] === 'string' ? fields['code'] : '';
  const given = contactIn(fields);
  const again = { api, code, given };
  showAt(c, offerPath(code));
  const v = c.get('view');
  // The page of the offer has set the cookie. A browser that does not send it would lose the ticket at once.
  if (!hasCookie) return showOfferOf(c, deps, { ...again, problem: v.t.transfer.needsCookies, status: 422 });
  const kept = await keepContact(api, v, given, { mustGive: isGuest(session) });
  if (kept !== null) return showOfferOf(c, deps, { ...again, ...kept });
  const reply = await replyTo(api.POST('/api/ticket-transfers/accept', { body: { code } }));
  if (reply.ok) return c.redirect(`/tickets/${reply.data.ticketId}`, 303);
  return refuse(c, code, reply.problem);
}

const offerPath = (code: string): string => `/transfer?code=${encodeURIComponent(code)}`;

/** Problems that are the same when the link is opened again. */
const IS_FINAL: ReadonlySet<string> = new Set(['unknown-transfer', 'ticket-not-transferable']);

function refuse(c: ShopContext, code: string, refused: Problem): Response {
  // A code that cannot be one is as unknown as any other.
  const problem = refused.kind === INVALID ? { kind: 'unknown-transfer', status: 404 } : refused;
  const to = !IS_FINAL.has(problem.kind) && { href: offerPath(code), text: c.get('view').t.transfer.back };
  return keptSecret(showProblem(c, problem, to ? { to } : {}));
}
