import { Badge } from '@box-office/ui';
import type { Schema } from '@box-office/api-client';
import type { Event } from '@box-office/web';
import type { View } from '../http/view.js';
import { EventPicture } from '../pictures/event-picture.js';
import { whenIn } from '../texts/languages.js';
import { qrCodeOf } from '@box-office/tickets/qr-code';

type ShownTicket = Pick<Schema<'TicketWithCode'>, 'ticketId' | 'ticketType' | 'serial' | 'status'>;
export type TicketWithCode = Schema<'TicketWithCode'>;

/** A ticket with its QR code. `shown` is absent if the codes could not be read. */
export function TicketCard(p: { v: View; event: Event; ticket: ShownTicket; shown: TicketWithCode | undefined }) {
  const { v, event, ticket, shown } = p;
  const { t, f } = v;
  const { code = null, admission = null, offeredUntil = null } = shown ?? {};
  const isGivenAway = code === null && shown?.transferred === true;
  return (
    <li class="ticket">
      <EventPicture event={event} loading="lazy" />
      <div class="ticket-text">
        <p class="eyebrow">{whenIn(v, event.startsAt, event.timeZone, 'shortDay')}</p>
        <h2>{event.name}</h2>
        <p class="muted">{event.venue}</p>
        {admission !== null && (
          <Badge tone="off">{t.order.used(f.time(admission.admittedAt, event.timeZone), admission.gate)}</Badge>
        )}
        {ticket.status === 'cancelling' && <Badge tone="warn">{t.orders.status.cancelling}</Badge>}
        {ticket.status === 'cancelled' && <Badge tone="off">{t.orders.status.cancelled}</Badge>}
        {isGivenAway && ticket.status === 'valid' && <Badge tone="off">{t.transfer.given}</Badge>}
        {code !== null && offeredUntil !== null && <Badge tone="warn">{t.transfer.offered}</Badge>}
      </div>
      {code !== null && <Code label={t.order.codeOf(ticket.ticketType, ticket.serial)} code={code} />}
      {code === null && ticket.status === 'valid' && !isGivenAway && (
        <p class="ticket-text muted small">{t.order.noCode}</p>
      )}
      <div class="ticket-stub">
        <span class="hidden">{t.order.ticketOf(ticket.ticketType, ticket.serial)}</span>
        <span aria-hidden="true">{ticket.ticketType}</span>
        <span class="number ticket-number" aria-hidden="true">
          {t.order.number(ticket.serial)}
        </span>
        {code !== null && admission === null && (
          <a
            class="small"
            href={`/tickets/${ticket.ticketId}/give-away`}
            aria-label={t.transfer.giveAway(ticket.serial)}
          >
            {t.transfer.short}
          </a>
        )}
      </div>
    </li>
  );
}

function Code({ label, code }: { label: string; code: string }) {
  const { size, path } = qrCodeOf(code);
  return (
    <svg class="qr-code" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
