import type { Schema } from '@box-office/api-client';
import type { Command } from 'commander';
import { addCommand, instant, type JsonOption, uuid, wholeNumber } from '../command.js';
import type { CliContext } from '../context.js';
import { misused } from '../failure.js';
import { readPages } from '../gateway.js';
import { showList } from '../output/list.js';
import { countOf, instantOf, short } from '../output/table.js';

const MAX_LISTED = 10_000;

export function addLog(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'log',
    summary: 'list the attempts to send messages to an endpoint, newest first',
    examples: ['webhooks log 0786e9be-ee41-50d7-986b-7c911c41e848 --limit 20'],
  })
    .argument('<id>', 'the endpoint id', uuid)
    .option('--limit <n>', `maximum to list (1 to ${MAX_LISTED})`, wholeNumber(MAX_LISTED), 100)
    .action(async (id: string, { limit, json }: JsonOption & { limit: number }) => {
      const { api, answer } = context.gateway();
      const { items, next } = await readPages<Schema<'WebhookAttempt'>>(limit, async (query) => {
        const params = { path: { id }, query };
        const page = await answer(api.GET('/api/operations/webhooks/{id}/attempts', { params }));
        return { items: page.attempts, next: page.next };
      });
      showList(context.output, json, {
        document: { attempts: items, next },
        empty: 'Nothing was sent in the last 30 days.',
        head: ['AT', 'TYPE', 'MESSAGE', 'STATUS', 'MS', 'ERROR'],
        rows: items.map((one) => [
          instantOf(one.attemptedAt),
          one.messageType,
          one.messageId,
          one.statusCode,
          one.latencyMs,
          one.error === null ? null : short(one.error),
        ]),
        more: next === null ? undefined : `There are more: --limit ${Math.min(MAX_LISTED, limit * 10)}`,
      });
    });
}

interface ReplayOptions extends JsonOption {
  readonly message?: string;
  readonly from?: string;
  readonly to?: string;
}

export function addReplay(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'replay',
    summary: 'send one message, or those of a period, to an endpoint again',
    more: 'They keep their `webhook-id`, by which the integrator knows those that it has.',
    examples: [
      'webhooks replay 0786e9be-ee41-50d7-986b-7c911c41e848 --from 2026-11-25',
      'webhooks replay 0786e9be-ee41-50d7-986b-7c911c41e848 --message 73ee1f9c-597c-59b8-9a7f-17e585593ae8',
    ],
  })
    .argument('<id>', 'the endpoint id', uuid)
    .option('--message <id>', 'this message', uuid)
    .option('--from <time>', 'the messages since then: a day or an instant', instant)
    .option('--to <time>', 'until before then; now if it is not given', instant)
    .action((id: string, options: ReplayOptions) => replay(context, id, options));
}

async function replay(context: CliContext, id: string, { message, from, to, json }: ReplayOptions): Promise<void> {
  if ((message === undefined) === (from === undefined)) throw misused('name either --message or --from');
  const { output } = context;
  const { api, answer } = context.gateway();
  const end = to ?? new Date().toISOString();
  const params = { path: { id } };
  let messages = 0;
  let next: string | null = from ?? null;
  do {
    const body = message === undefined ? { from: next ?? end, to: end } : { messageId: message };
    const page: Schema<'WebhookReplay'> = await answer(
      api.POST('/api/operations/webhooks/{id}/replay', { params, body }),
    );
    messages += page.messages;
    next = page.next;
  } while (next !== null);
  if (json) output.json({ messages });
  else output.line(`${countOf(messages, 'message is', 'messages are')} sent again.`);
}

export function addTest(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'test',
    summary: 'send a test message to an endpoint',
    more: 'Its type is `webhook.test`. `webhooks log` shows how it was answered.',
    examples: ['webhooks test 0786e9be-ee41-50d7-986b-7c911c41e848'],
  })
    .argument('<id>', 'the endpoint id', uuid)
    .action(async (id: string, { json }: JsonOption) => {
      const { api, answer } = context.gateway();
      const sent = await answer(api.POST('/api/operations/webhooks/{id}/test', { params: { path: { id } } }));
      if (json) context.output.json(sent);
      else context.output.line(`Message ${sent.messageId} is sent.`);
    });
}
