import type { Schema } from '@box-office/api-client';
import { WEBHOOK_TYPES, type WebhookType } from '@box-office/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { addCommand, type JsonOption, uuid } from '../command.js';
import type { CliContext } from '../context.js';
import { withAdvice } from '../failure.js';
import { showList } from '../output/list.js';
import type { Output } from '../output/output.js';
import { fields, instantOf } from '../output/table.js';

const MAX_PREVIOUS_VALID_S = 604_800;

/** Types of messages, separated by commas. */
export function webhookTypes(text: string): WebhookType[] {
  const isType = (name: string): name is WebhookType => WEBHOOK_TYPES.some((type) => type === name);
  const names = text.split(',').map((name) => name.trim());
  if (!names.every(isType)) throw new InvalidArgumentError(`They are: ${WEBHOOK_TYPES.join(', ')}.`);
  return names;
}

type Endpoint = Schema<'WebhookEndpoint'> & { readonly secret?: string };

/** An endpoint as lines, with its secret if it is new. */
export function linesOfEndpoint(endpoint: Endpoint): string[] {
  return fields([
    ['endpoint', endpoint.endpointId],
    ['url', endpoint.url],
    ['types', endpoint.types.join(', ')],
    ['status', endpoint.status],
    ['reason', endpoint.disabledReason],
    ['failing since', instantOf(endpoint.failingSince)],
    ['secret', endpoint.secret],
  ]);
}

export function showEndpoint(output: Output, endpoint: Endpoint, json: true | undefined): void {
  if (json) return output.json(endpoint);
  for (const line of linesOfEndpoint(endpoint)) output.line(line);
  if (endpoint.secret !== undefined) output.note('Store the secret now: it is not shown again.');
}

export function addList(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'list',
    summary: 'list the endpoints',
    examples: ['webhooks list', 'webhooks list --json'],
  }).action(async ({ json }: JsonOption) => {
    const { api, answer } = context.gateway();
    const { endpoints } = await answer(api.GET('/api/operations/webhooks'));
    showList(context.output, json, {
      document: { endpoints },
      empty: 'No endpoint is registered.',
      head: ['ENDPOINT', 'URL', 'TYPES', 'STATUS', 'REASON', 'FAILING SINCE', 'PENDING'],
      rows: endpoints.map((one) => [
        one.endpointId,
        one.url,
        one.types.join(', '),
        one.status,
        one.disabledReason,
        instantOf(one.failingSince),
        one.pending,
      ]),
    });
  });
}

export function addRegister(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'register',
    summary: 'register an endpoint',
    more: 'The secret, with which the integrator verifies messages, is shown this once.',
    examples: ['webhooks register https://shop.example/hooks --types purchase.confirmed,purchase.cancelled'],
  })
    .argument('<url>', 'its address; begins with https://')
    .requiredOption('--types <types>', `what it receives: ${WEBHOOK_TYPES.join(', ')}`, webhookTypes)
    .action(async (url: string, { types, json }: JsonOption & { types: WebhookType[] }) => {
      const { api, answer } = context.gateway();
      const call = api.POST('/api/operations/webhooks', { body: { url, types } });
      const endpoint = await answer(call).catch((error: unknown) => {
        throw withAdvice(error, 'it may be registered: see `webhooks list` before you repeat it');
      });
      showEndpoint(context.output, endpoint, json);
    });
}

export function addRotation(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'rotate-secret',
    summary: 'give an endpoint another secret',
    more: 'Messages are signed with both until the previous one expires. The new secret is shown this once.',
    examples: ['webhooks rotate-secret 0786e9be-ee41-50d7-986b-7c911c41e848 --previous-valid 3600'],
  })
    .argument('<id>', 'the endpoint id', uuid)
    .option('--previous-valid <seconds>', 'how long the previous secrets sign as well (a day)', overlap)
    .action(async (id: string, { previousValid, json }: JsonOption & { previousValid?: number }) => {
      const { api, answer } = context.gateway();
      const body = previousValid === undefined ? {} : { previousValidS: previousValid };
      const params = { path: { id } };
      const call = api.POST('/api/operations/webhooks/{id}/rotate-secret', { params, body });
      const endpoint = await answer(call).catch((error: unknown) => {
        throw withAdvice(
          error,
          'the secret may be another one: repeat it, and give the integrator the one that it shows',
        );
      });
      showEndpoint(context.output, endpoint, json);
    });
}

/** Seconds; 0 ends the previous secrets at once. */
function overlap(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds <= MAX_PREVIOUS_VALID_S) return seconds;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${MAX_PREVIOUS_VALID_S}.`);
}
