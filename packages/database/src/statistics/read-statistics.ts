import type pg from 'pg';
import { pageOf, rowsOf } from '../rows.js';
import { latencyQuantile } from './latency.js';

/** What sales and cancellations add up to. Amounts in minor units of the event's currency. */
export interface Turnover {
  readonly purchases: number;
  readonly tickets: number;
  readonly amountMinor: number;
  readonly cancellations: number;
  readonly cancelledTickets: number;
  readonly refundedMinor: number;
}

/** Purchases that ended without tickets, by their outcome and its reason. */
export interface RefusalCount {
  readonly outcome: 'declined' | 'refused' | 'undone';
  readonly reason: string;
  readonly purchases: number;
}

/** Holds that were taken in the hour and have ended, by how; and those that were refused. */
export interface HoldCount {
  readonly used: number;
  readonly expired: number;
  readonly released: number;
  readonly refused: number;
}

export interface TicketTypeStatistics extends Turnover {
  readonly ticketType: string;
  /** A purchase or hold of several types counts under each of them. */
  readonly refusals: readonly RefusalCount[];
  readonly holds: HoldCount;
}

/** What happened to one event in one hour. */
export interface HourlyStatistics extends Turnover {
  /** Fees in `amountMinor`, and those in `refundedMinor`. Amounts by ticket type have none. */
  readonly feesMinor: number;
  readonly returnedFeesMinor: number;
  /** What cancellations withheld of the prices of their tickets. */
  readonly withheldMinor: number;
  readonly eventId: string;
  /** Start of the hour, UTC, ISO 8601. */
  readonly hour: string;
  readonly refusals: readonly RefusalCount[];
  readonly holds: HoldCount;
  /** From the claim of a confirmed purchase to its confirmation; null without one. Correct to some 25 %. */
  readonly latencyMs: { readonly p50: number; readonly p95: number } | null;
  readonly ticketTypes: readonly TicketTypeStatistics[];
}

const PERIOD = `
       event_id = $1
   and ($2::timestamptz is null or hour >= date_trunc('hour', $2::timestamptz, 'UTC'))
   and ($3::timestamptz is null or hour < $3)
   and ($4::timestamptz is null or hour > $4)`;

const HOURS = `
select hour from transaction_statistics where ${PERIOD}
union select hour from refusal_statistics where ${PERIOD}
union select hour from hold_statistics where ${PERIOD}
 order by hour limit $5`;

const TURNOVER = `purchases, tickets, amount_minor, cancellations, cancelled_tickets, refunded_minor`;
const OF_HOURS = `event_id = $1 and hour = any($2::timestamptz[])`;
const TOTALS = `
select hour, ${TURNOVER}, fees_minor, returned_fees_minor, withheld_minor from transaction_statistics where ${OF_HOURS}`;
const BY_TYPE = `select hour, ticket_type, ${TURNOVER} from ticket_type_statistics where ${OF_HOURS}`;
const LATENCIES = `
select hour, at_most_ms, purchases from purchase_latency_statistics where ${OF_HOURS} order by hour, at_most_ms`;
const REFUSALS = `
select hour, ticket_type, outcome, reason, purchases from refusal_statistics where ${OF_HOURS}
 order by hour, ticket_type, outcome, reason`;
const HOLDS = `select hour, ticket_type, used, expired, released, refused from hold_statistics where ${OF_HOURS}`;

type OfHour<T> = T & { readonly hour: string };
type OfType<T> = OfHour<T> & { readonly ticketType: string };

/**
 * One page of an event's statistics, oldest hour first; hours in which nothing happened are left out.
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
  const { eventId, limit } = page;
  // Not prepared: planned for the bounds that are given.
  const bounds = [page.from ?? null, page.to ?? null, page.after ?? null];
  const rows = await rowsOf<{ hour: string }>(pool, HOURS, [eventId, ...bounds, limit + 1]);
  const { items, next } = pageOf(rows, limit, ({ hour }) => hour);
  const hours = items.map(({ hour }) => hour);
  return { statistics: await readHours(pool, eventId, hours), next };
}

async function readHours(pool: pg.Pool, eventId: string, hours: readonly string[]): Promise<HourlyStatistics[]> {
  if (hours.length === 0) return [];
  const read = async <R extends object>(text: string): Promise<(hour: string) => OfHour<R>[]> => {
    const rows = await rowsOf<OfHour<R>>(pool, text, [eventId, hours]);
    return (hour) => rows.filter((row) => row.hour === hour);
  };
  const [totals, byType, latencies, refusals, holds] = await Promise.all([
    read<Turnover & Fees>(TOTALS),
    read<OfType<Turnover>>(BY_TYPE),
    read<{ atMostMs: number; purchases: number }>(LATENCIES),
    read<OfType<RefusalCount>>(REFUSALS),
    read<OfType<HoldCount>>(HOLDS),
  ]);
  return hours.map((hour) => {
    const turnovers = new Map(byType(hour).map((row) => [row.ticketType, row]));
    const of = (ticketType: string) => ({
      refusals: refusals(hour)
        .filter((row) => row.ticketType === ticketType)
        .map(refusalOf),
      holds: holdsOf(holds(hour).find((row) => row.ticketType === ticketType)),
    });
    const types = new Set([...turnovers.keys(), ...[...refusals(hour), ...holds(hour)].map((row) => row.ticketType)]);
    types.delete('');
    return {
      eventId,
      hour,
      ...turnoverOf(totals(hour)[0]),
      ...feesOf(totals(hour)[0]),
      ...of(''),
      latencyMs: latencyOf(latencies(hour)),
      ticketTypes: [...types].sort().map((ticketType) => ({
        ticketType,
        ...turnoverOf(turnovers.get(ticketType)),
        ...of(ticketType),
      })),
    };
  });
}

function latencyOf(classes: readonly { atMostMs: number; purchases: number }[]): HourlyStatistics['latencyMs'] {
  const [p50, p95] = [latencyQuantile(classes, 0.5), latencyQuantile(classes, 0.95)];
  return p50 === null || p95 === null ? null : { p50, p95 };
}

const turnoverOf = (row: Turnover | undefined): Turnover => ({
  purchases: row?.purchases ?? 0,
  tickets: row?.tickets ?? 0,
  amountMinor: row?.amountMinor ?? 0,
  cancellations: row?.cancellations ?? 0,
  cancelledTickets: row?.cancelledTickets ?? 0,
  refundedMinor: row?.refundedMinor ?? 0,
});

type Fees = Pick<HourlyStatistics, 'feesMinor' | 'returnedFeesMinor' | 'withheldMinor'>;

const feesOf = (row: Fees | undefined): Fees => ({
  feesMinor: row?.feesMinor ?? 0,
  returnedFeesMinor: row?.returnedFeesMinor ?? 0,
  withheldMinor: row?.withheldMinor ?? 0,
});

const refusalOf = ({ outcome, reason, purchases }: RefusalCount): RefusalCount => ({ outcome, reason, purchases });

const holdsOf = (row: HoldCount | undefined): HoldCount => ({
  used: row?.used ?? 0,
  expired: row?.expired ?? 0,
  released: row?.released ?? 0,
  refused: row?.refused ?? 0,
});
