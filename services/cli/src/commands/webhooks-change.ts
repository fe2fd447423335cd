import type { Schema } from '@box-office/api-client';
import type { WebhookType } from '@box-office/contract';
import type { Command } from 'commander';
import { addCommand, type ConfirmOption, type JsonOption, uuid, withConfirmation } from '../command.js';
import type { CliContext } from '../context.js';
import { misused } from '../failure.js';
import { linesOfEndpoint, showEndpoint, webhookTypes } from './webhooks-register.js';

interface ChangeOptions extends JsonOption {
  readonly url?: string;
  readonly types?: WebhookType[];
}

export function addChange(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'change',
    summary: 'change the address or the types of an endpoint',
    examples: ['webhooks change 0786e9be-ee41-50d7-986b-7c911c41e848 --types purchase.confirmed'],
  })
    .argument('<id>', 'the endpoint id', uuid)
    .option('--url <url>', 'its new address')
    .option('--types <types>', 'what it receives from now on', webhookTypes)
    .action(async (id: string, { url, types, json }: ChangeOptions) => {
      if (url === undefined && types === undefined) throw misused('name what to change: --url or --types');
      await change(context, id, { ...(url !== undefined && { url }), ...(types && { types }) }, json);
    });
}

export function addStatusChange(
  group: Command,
  context: CliContext,
  name: 'enable' | 'disable',
  summary: string,
): void {
  addCommand(group, {
    name,
    summary,
    more: 'What is written while it is disabled is not sent later; `webhooks replay` sends it.',
    examples: [`webhooks ${name} 0786e9be-ee41-50d7-986b-7c911c41e848`],
  })
    .argument('<id>', 'the endpoint id', uuid)
    .action((id: string, { json }: JsonOption) => change(context, id, { status: `${name}d` }, json));
}

async function change(
  context: CliContext,
  id: string,
  body: Schema<'WebhookEndpointChanges'>,
  json: true | undefined,
): Promise<void> {
  const { api, answer } = context.gateway();
  const endpoint = await answer(api.PATCH('/api/operations/webhooks/{id}', { params: { path: { id } }, body }));
  showEndpoint(context.output, endpoint, json);
}

export function addDelete(group: Command, context: CliContext): void {
  withConfirmation(
    addCommand(group, {
      name: 'delete',
      summary: 'delete an endpoint with its secrets, its log and what waits for it',
      examples: ['webhooks delete 0786e9be-ee41-50d7-986b-7c911c41e848 --yes'],
    }),
  )
    .argument('<id>', 'the endpoint id', uuid)
    .action(async (id: string, options: JsonOption & ConfirmOption) => {
      const { api, answer } = context.gateway();
      const params = { path: { id } };
      const endpoint = await answer(api.GET('/api/operations/webhooks/{id}', { params }));
      await context.confirm(['delete', ...linesOfEndpoint(endpoint), 'This cannot be undone.'], options);
      const deleted = await answer(api.DELETE('/api/operations/webhooks/{id}', { params }));
      if (options.json) context.output.json(deleted);
      else context.output.line(`Endpoint ${id} is deleted.`);
    });
}
