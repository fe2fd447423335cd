import { formatMoney } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption } from '../command.js';
import type { Counter } from '../counter.js';
import type { EventView } from '../gateway/views.js';
import { instantOf } from '../output/table.js';

const MOST_EVENTS = 10_000;

export function addEvents(program: Command, counter: Counter): void {
  addCommand(program, {
    name: 'events',
    summary: 'list events with what is left of each',
    more: 'LEFT is what can be bought at this moment; a dash while it is counted anew.',
    examples: ['events', 'events --json'],
  }).action(async (options: JsonOption) => {
    const { output } = counter;
    const { items } = await counter.gateway().list<'events', EventView>('/api/events', 'events', { most: MOST_EVENTS });
    if (options.json) return output.json({ events: items });
    const head = ['ID', 'EVENT', 'STARTS', 'STATUS', 'TYPE', 'PRICE', 'LEFT', 'TOTAL'];
    output.table(head, items.flatMap(rowsOf));
  });
}

const rowsOf = (event: EventView) =>
  event.ticketTypes.map((type) => [
    event.id,
    event.name,
    instantOf(event.startsAt),
    event.status,
    type.name,
    formatMoney(type.priceMinor, event.currency),
    type.available,
    type.total,
  ]);
