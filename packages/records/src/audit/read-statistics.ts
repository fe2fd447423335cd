import type pg from 'pg';

/** What the transactions of one event in one hour add up to. Amounts in minor units of the event's currency. */
export interface HourlyStatistics {
  readonly eventId: string;
  /** Start of the hour, UTC, ISO 8601. */
  readonly hour: string;
  readonly purchases: number;
  readonly tickets: number;
  readonly amountMinor: number;
  readonly cancellations: number;
  readonly cancelledTickets: number;
  readonly refundedMinor: number;
}

const PAGE = `
select event_id, hour, purchases, tickets, amount_minor, cancellations, cancelled_tickets, refunded_minor
  from transaction_statistics
 where event_id = $1
   and ($2::timestamptz is null or hour >= date_trunc('hour', $2::timestamptz, 'UTC'))
   and ($3::timestamptz is null or hour < $3)
   and ($4::timestamptz is null or hour > $4)
 order by hour
 limit $5`;

interface Row {
  readonly event_id: string;
  readonly hour: Date;
  readonly purchases: number;
  readonly tickets: number;
  readonly amount_minor: string;
  readonly cancellations: number;
  readonly cancelled_tickets: number;
  readonly refunded_minor: string;
}

/**
 * One page of an event's statistics, oldest hour first; hours without a transaction have no row.
 *
 * @param page.from first instant of interest (its hour is included), ISO 8601
 * @param page.to end of the period, exclusive, ISO 8601
 * @param page.after the `next` of the page before
 */
export async function readStatistics(
  pool: pg.Pool,
  page: {
    readonly eventId: string;
    readonly from?: string;
    readonly to?: string;
    readonly after?: string;
    readonly limit: number;
  },
): Promise<{ statistics: HourlyStatistics[]; next: string | null }> {
  const { rows } = await pool.query<Row>({
    name: 'read-statistics',
    text: PAGE,
    values: [page.eventId, page.from ?? null, page.to ?? null, page.after ?? null, page.limit + 1],
  });
  const statistics = rows.slice(0, page.limit).map(statisticsOf);
  return { statistics, next: rows.length > page.limit ? (statistics.at(-1)?.hour ?? null) : null };
}

function statisticsOf(row: Row): HourlyStatistics {
  return {
    eventId: row.event_id,
    hour: row.hour.toISOString(),
    purchases: row.purchases,
    tickets: row.tickets,
    amountMinor: Number(row.amount_minor),
    cancellations: row.cancellations,
    cancelledTickets: row.cancelled_tickets,
    refundedMinor: Number(row.refunded_minor),
  };
}
