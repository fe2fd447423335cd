import { formatMoney, oneLine } from '@box-office/contract';
import type { HourlyStatistics } from '@box-office/records';
import type { Command } from 'commander';
import { addCommand, instant, type JsonOption } from '../command.js';
import type { Counter } from '../counter.js';
import type { EventView } from '../gateway/views.js';
import { instantOf } from '../output/table.js';

/** A year of hours and more. */
const MOST_HOURS = 10_000;

interface StatsOptions extends JsonOption {
  readonly event: string;
  readonly from?: string;
  readonly to?: string;
}

export function addStats(program: Command, counter: Counter): void {
  addCommand(program, {
    name: 'stats',
    summary: 'show what the transactions of an event add up to, hour by hour',
    more: 'As far as the audit consumer has come. Hours in which nothing happened are left out; the last line is the sum. CAME TO NOTHING counts purchases that were declined, refused or undone, HELD, USED the holds that have ended and those of them that became purchases; P50 and P95 are from claim to confirmation, in ms.',
    examples: ['stats --event 1', 'stats --event 1 --from 2026-11-25 --json'],
  })
    .requiredOption('--event <id>', 'the event')
    .option('--from <instant>', 'from this hour on', instant)
    .option('--to <instant>', 'until this hour', instant)
    .action((options: StatsOptions) => show(counter, options));
}

async function show(counter: Counter, options: StatsOptions): Promise<void> {
  const { output } = counter;
  const gateway = counter.gateway();
  const path = `/api/events/${encodeURIComponent(options.event)}`;
  const event = await gateway.get<EventView>(path);
  const { items } = await gateway.list<'statistics', HourlyStatistics>(`${path}/statistics`, 'statistics', {
    most: MOST_HOURS,
    query: { from: options.from, to: options.to },
  });
  if (options.json) return output.json({ eventId: event.id, currency: event.currency, statistics: items });
  output.line(`${oneLine(event.name)} (event ${event.id})\n`);
  if (items.length === 0) return output.line('Nothing has happened in this time.');
  const rows = [...items.map((hour) => rowOf(hour, event.currency)), sumOf(items, event.currency)];
  output.table(HEAD, rows);
  const reasons = reasonsOf(items);
  if (reasons.length === 0) return;
  output.line();
  output.table(['CAME TO NOTHING', 'REASON', 'PURCHASES'], reasons);
}

const HEAD = [
  ...['HOUR', 'PURCHASES', 'TICKETS', 'REVENUE', 'CANCELLED', 'REFUNDED', 'CAME TO NOTHING', 'HELD', 'USED'],
  ...['P50', 'P95'],
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
