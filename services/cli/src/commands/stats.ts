import type { Schema } from '@box-office/api-client';
import { formatMoney, oneLine } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, instant, type JsonOption } from '../command.js';
import type { CliContext } from '../context.js';
import { readPages } from '../gateway.js';
import { instantOf } from '../output/table.js';

/** A year of hours and more. */
const MAX_HOURS = 10_000;

const HOUR_MS = 3_600_000;

type HourlyStatistics = Schema<'EventStatistics'>['statistics'][number];

interface StatsOptions extends JsonOption {
  readonly event: string;
  readonly from?: string;
  readonly to?: string;
}

export function addStats(program: Command, context: CliContext): void {
  addCommand(program, {
    name: 'stats',
    summary: 'show the totals of an event, hour by hour',
    more: 'As far as the audit consumer has processed messages. Hours without a transaction are left out; the last line is the sum. FAILED counts purchases that were declined, refused or undone; HELD counts holds that have ended, USED those that became purchases; P50 and P95 are from claim to confirmation, in ms.',
    examples: ['stats --event 1', 'stats --event 1 --from 2026-11-25 --json'],
  })
    .requiredOption('--event <id>', 'the event')
    .option('--from <instant>', 'from this hour on', instant)
    .option('--to <instant>', 'until this hour', instant)
    .action((options: StatsOptions) => show(context, options));
}

async function show(context: CliContext, options: StatsOptions): Promise<void> {
  const { output } = context;
  const { api, answer } = context.gateway();
  const path = { id: options.event };
  const { from, to } = options;
  const event = await answer(api.GET('/api/events/{id}', { params: { path } }));
  const { items, next } = await readPages(MAX_HOURS, async (page) => {
    const query = { ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...page };
    const { statistics, next } = await answer(api.GET('/api/events/{id}/statistics', { params: { path, query } }));
    return { items: statistics, next };
  });
  if (options.json) return output.json({ eventId: event.id, currency: event.currency, statistics: items, next });
  output.line(`${oneLine(event.name)} (event ${event.id})\n`);
  if (items.length === 0) return output.line('There are no transactions in this period.');
  const rows = [...items.map((hour) => rowOf(hour, event.currency)), sumOf(items, event.currency)];
  output.table(HEAD, rows);
  const reasons = reasonsOf(items);
  if (reasons.length > 0) {
    output.line();
    output.table(['FAILED', 'REASON', 'PURCHASES'], reasons);
  }
  const last = items.at(-1)?.hour;
  if (next === null || last === undefined) return;
  const nextHour = new Date(Date.parse(last) + HOUR_MS).toISOString();
  output.note(`These are the first ${MAX_HOURS} hours and their sum; there are more: --from ${nextHour}`);
}

const HEAD = [
  'HOUR',
  'PURCHASES',
  'TICKETS',
  'REVENUE',
  'CANCELLED',
  'REFUNDED',
  'FAILED',
  'HELD',
  'USED',
  'P50',
  'P95',
];

const failedIn = (hour: HourlyStatistics): number => hour.refusals.reduce((sum, { purchases }) => sum + purchases, 0);
const heldIn = ({ holds }: HourlyStatistics): number => holds.used + holds.expired + holds.released;

const rowOf = (hour: HourlyStatistics, currency: string) => [
  instantOf(hour.hour),
  hour.purchases,
  hour.tickets,
  formatMoney(hour.amountMinor, currency),
  hour.cancelledTickets,
  formatMoney(hour.refundedMinor, currency),
  failedIn(hour),
  heldIn(hour),
  hour.holds.used,
  hour.latencyMs?.p50,
  hour.latencyMs?.p95,
];

function sumOf(hours: readonly HourlyStatistics[], currency: string) {
  const sum = (of: (hour: HourlyStatistics) => number): number => hours.reduce((total, hour) => total + of(hour), 0);
  return [
    'all',
    sum((hour) => hour.purchases),
    sum((hour) => hour.tickets),
    formatMoney(
      sum((hour) => hour.amountMinor),
      currency,
    ),
    sum((hour) => hour.cancelledTickets),
    formatMoney(
      sum((hour) => hour.refundedMinor),
      currency,
    ),
    sum(failedIn),
    sum(heldIn),
    sum((hour) => hour.holds.used),
  ];
}

function reasonsOf(hours: readonly HourlyStatistics[]): [outcome: string, reason: string, purchases: number][] {
  const counts = new Map<string, number>();
  for (const { outcome, reason, purchases } of hours.flatMap((hour) => hour.refusals)) {
    const key = JSON.stringify([outcome, reason]);
    counts.set(key, (counts.get(key) ?? 0) + purchases);
  }
  return [...counts].sort().map(([key, purchases]) => {
    const [outcome = '', reason = ''] = JSON.parse(key) as string[];
    return [outcome, reason, purchases];
  });
}
