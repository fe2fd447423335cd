import type { Schema } from '@box-office/api-client';
import { formatMoney } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type JsonOption } from '../command.js';
import type { CliContext } from '../context.js';
import { readPages } from '../gateway.js';
import { showList } from '../output/list.js';
import { instantOf } from '../output/table.js';

const MAX_EVENTS = 10_000;

export function addEvents(program: Command, context: CliContext): void {
  addCommand(program, {
    name: 'events',
    summary: 'list events with the tickets that are left',
    more: 'LEFT is the number that can be bought now; a dash while the inventory is rebuilt.',
    examples: ['events', 'events --json'],
  }).action(async (options: JsonOption) => {
    const { api, answer } = context.gateway();
    const { items, next } = await readPages(MAX_EVENTS, async (query) => {
      const { events, next } = await answer(api.GET('/api/events', { params: { query } }));
      return { items: events, next };
    });
    showList(context.output, options.json, {
      document: { events: items, next },
      head: ['ID', 'EVENT', 'STARTS', 'STATUS', 'TYPE', 'PRICE', 'LEFT', 'TOTAL'],
      rows: items.flatMap(rowsOf),
      more: next === null ? undefined : `These are the first ${MAX_EVENTS} events; there are more.`,
    });
  });
}

const rowsOf = (event: Schema<'Event'>) =>
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
