import type { Command } from 'commander';
import { addCommand, wholeNumber } from '../command.js';
import type { CliContext } from '../context.js';
import {
  countDeadLetters,
  findLetters,
  MAX_LETTERS,
  noteUnread,
  type Selection,
  withSelection,
} from '../dead-letter-selection.js';
import { showList } from '../output/list.js';
import { instantOf, short } from '../output/table.js';

interface ListOptions extends Selection {
  readonly limit: number;
}

export function addList(group: Command, context: CliContext): void {
  withSelection(
    addCommand(group, {
      name: 'list',
      summary: 'list the messages that could not be applied, and why',
      more: 'Oldest first. --json shows the full content and cause.',
      examples: ['dead-letters list', 'dead-letters list --queue capacity --cause unknown_event --json'],
    }),
  )
    .option('--limit <n>', `most to list of each queue (1 to ${MAX_LETTERS})`, wholeNumber(MAX_LETTERS), 100)
    .action(async (options: ListOptions) => {
      const { output } = context;
      const { limit, cause } = options;
      const { letters, dead } = await context.withDeadLetters(async (admin) => ({
        letters: await findLetters(admin, options, limit),
        dead: await countDeadLetters(admin),
      }));
      noteUnread(output, options, dead, cause === undefined ? limit : MAX_LETTERS);
      showList(output, options.json, {
        document: { deadLetters: letters },
        empty: 'There are no dead letters.',
        head: ['SINCE', 'QUEUE', 'ID', 'CAUSE', 'DETAIL', 'CONTENT'],
        rows: letters.map(({ id, queue, cause: why, content }) => [
          instantOf(why.at),
          queue,
          id,
          why.reason,
          short(why.detail),
          short(content),
        ]),
      });
    });
}
