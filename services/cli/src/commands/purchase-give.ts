import { randomUUID } from 'node:crypto';
import { formatTickets, MAX_TICKETS_PER_PURCHASE } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, nonBlank, wholeNumber, type JsonOption } from '../command.js';
import type { CliContext } from '../context.js';
import { answeredNo, withAdvice } from '../failure.js';

interface GiveOptions extends JsonOption {
  readonly event: string;
  readonly user: string;
  readonly quantity: number;
  readonly type?: string;
  readonly reason: string;
  readonly key?: string;
}

/** Complimentary tickets: a purchase that costs nothing. */
export function addGive(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'give',
    summary: 'issue complimentary tickets: they cost nothing',
    more: 'Also before and after the sale, until the event ends. They take capacity. The audit log keeps who gave them and why.',
    examples: ["purchase give --event 1 --user user_7 --quantity 2 --type Standing --reason 'guests of the band'"],
  })
    .requiredOption('--event <id>', 'of which event')
    .requiredOption('--user <id>', 'for whom: the subject of a token')
    .requiredOption('--reason <text>', 'why; kept in the audit log', nonBlank)
    .option('--quantity <n>', 'how many', wholeNumber(MAX_TICKETS_PER_PURCHASE), 1)
    .option('--type <name>', "the ticket type; without it the event's first one")
    .option('--key <text>', 'idempotency key: what is repeated with its key is given once')
    .action((options: GiveOptions) => give(context, options));
}

async function give({ gateway, output }: CliContext, options: GiveOptions): Promise<void> {
  const { event: eventId, user: userId, quantity, type, reason, key = randomUUID(), json } = options;
  const { api, answer } = gateway();
  const body = {
    eventId,
    userId,
    quantity,
    complimentary: { reason },
    ...(type !== undefined && { ticketType: type }),
  };
  const call = api.POST('/api/tickets/purchase', { params: { header: { 'Idempotency-Key': key } }, body });
  const given = await answer(call).catch((error: unknown) => {
    throw withAdvice(error, `they may have been given: repeat it with --key ${key}`);
  });
  if (json) output.json(given);
  else if (given.status === 'confirmed') output.line(`Given to ${userId}: ${formatTickets(given.tickets)}.`);
  if (given.status !== 'confirmed') {
    throw answeredNo(`purchase ${given.purchaseId} continues; purchase show ${given.purchaseId} tells how it ends`);
  }
}
