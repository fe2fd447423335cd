import type { Command } from 'commander';
import { addCommand, type JsonOption, uuid } from '../command.js';
import type { CliContext } from '../context.js';
import { showList } from '../output/list.js';
import { instantOf } from '../output/table.js';

export function addMail(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'mail',
    summary: 'send the tickets of a purchase to its buyer again, or list the mails',
    more: 'They go to the address that the buyer has given.',
    examples: [
      'purchase mail 0786e9be-ee41-50d7-986b-7c911c41e848',
      'purchase mail 0786e9be-ee41-50d7-986b-7c911c41e848 --list',
    ],
  })
    .argument('<id>', 'the purchase id', uuid)
    .option('--list', 'list what was sent, and send nothing')
    .action(async (id: string, { list, json }: JsonOption & { list?: true }) => {
      const { output } = context;
      const { api, answer } = context.gateway();
      const params = { path: { id } };
      if (list) {
        const { mails } = await answer(api.GET('/api/purchases/{id}/mails', { params }));
        return showList(output, json, {
          document: { mails },
          empty: 'No mail was sent in the last 30 days.',
          head: ['REQUESTED', 'MAIL', 'STATUS', 'FINISHED', 'ERROR'],
          rows: mails.map((mail) => [
            instantOf(mail.createdAt),
            mail.mailId,
            mail.status,
            instantOf(mail.finishedAt),
            mail.error,
          ]),
        });
      }
      const mail = await answer(api.POST('/api/purchases/{id}/mails', { params }));
      if (json) output.json(mail);
      else output.line(`Mail ${mail.mailId} will be sent.`);
    });
}
