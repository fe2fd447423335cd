import type { EventDetails, EventStatus, TicketTypeDetails } from '@box-office/contract';

/** Columns and shape in which the operations of this folder read an event with its ticket types. */
export const SELECT_DETAILS = `
select e.id, e.revision, e.name, e.description, e.venue, e.starts_at, e.ends_at, e.time_zone, e.currency, e.status,
       e.sale_starts_at, e.sale_ends_at, e.cancellable_until, e.limit_per_buyer, e.capacity, y.ticket_types
  from events e
  cross join lateral (
    select jsonb_agg(jsonb_build_object('name', name, 'priceMinor', price_minor, 'total', total)
                     order by position) as ticket_types
      from event_ticket_types where event_id = e.id
  ) y`;

export interface DetailsRow {
  id: string;
  revision: string;
  name: string;
  description: string;
  venue: string;
  starts_at: Date;
  ends_at: Date;
  time_zone: string;
  currency: string;
  status: EventStatus;
  sale_starts_at: Date | null;
  sale_ends_at: Date | null;
  cancellable_until: Date | null;
  limit_per_buyer: number;
  capacity: number;
  ticket_types: TicketTypeDetails[];
}

export function detailsOf(row: DetailsRow): EventDetails {
  return {
    id: row.id,
    revision: Number(row.revision),
    name: row.name,
    description: row.description,
    venue: row.venue,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    timeZone: row.time_zone,
    currency: row.currency,
    status: row.status,
    saleStartsAt: row.sale_starts_at?.toISOString() ?? null,
    saleEndsAt: row.sale_ends_at?.toISOString() ?? null,
    cancellableUntil: row.cancellable_until?.toISOString() ?? null,
    limitPerBuyer: row.limit_per_buyer,
    ticketTypes: row.ticket_types,
  };
}
