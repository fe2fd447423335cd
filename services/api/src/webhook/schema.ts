import { WEBHOOK_DISABLED_REASONS, WEBHOOK_TYPES, webhookUrlFault } from '@box-office/contract';
import { MAX_WEBHOOK_ENDPOINTS } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { URL_CHARACTERS, givenInstant, instant, nextCursor } from '../http/schemas.js';
import { optionalKeyHeader } from '../idempotency/idempotency-key.js';

const MAX_URL = 2_048;

/** @param allowLoopback for development: HTTP to the same machine is accepted as well */
const url = (allowLoopback: boolean) =>
  z
    .string()
    .max(MAX_URL)
    .refine(...URL_CHARACTERS)
    .superRefine((text, context) => {
      const fault = webhookUrlFault(text, allowLoopback);
      if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    })
    .openapi({ type: 'string', description: 'Begins with `https://`.', example: 'https://shop.example/hooks' });

const type = z.enum(WEBHOOK_TYPES);
const types = z
  .array(type)
  .min(1)
  .max(WEBHOOK_TYPES.length)
  .transform((given) => [...new Set(given)])
  .openapi({ description: 'Types of messages that the endpoint receives.', example: ['purchase.confirmed'] });

export const newEndpointBody = (allowLoopback: boolean) =>
  z.strictObject({ url: url(allowLoopback), types }).openapi('NewWebhookEndpoint');

export const endpointChangesBody = (allowLoopback: boolean) =>
  z
    .strictObject({
      url: url(allowLoopback).optional(),
      types: types.optional(),
      status: z.enum(['enabled', 'disabled']).optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, 'Name at least one field.')
    .openapi('WebhookEndpointChanges');

/** A week, after which every integrator should have the new secret. */
const MAX_PREVIOUS_VALID_S = 7 * 24 * 3_600;

export const rotationBody = z
  .strictObject({
    previousValidS: z
      .int()
      .min(0)
      .max(MAX_PREVIOUS_VALID_S)
      .default(24 * 3_600)
      .openapi({ description: 'For so many seconds messages are signed with the previous secret as well.' }),
  })
  .openapi('WebhookSecretRotation');

export const replayBody = z
  .union([
    z.strictObject({ messageId: z.uuid() }),
    z.strictObject({
      from: givenInstant,
      to: givenInstant.optional().openapi({ description: 'Now, if it is not given.' }),
    }),
  ])
  .openapi('WebhookReplayRequest', { description: 'One message, or the messages of a period.' });

export const keyHeader = optionalKeyHeader(
  'Any text of your own, new for each request: a repeat with it changes nothing again.',
);

export const endpointView = z
  .object({
    endpointId: z.uuid(),
    url: z.string(),
    types: z.array(type),
    status: z.enum(['enabled', 'disabled']),
    disabledReason: z
      .enum(WEBHOOK_DISABLED_REASONS)
      .nullable()
      .openapi({ description: '`gone`: it answered 410. `failing`: no delivery succeeded for days.' }),
    failingSince: instant
      .nullable()
      .openapi({ description: 'Since when no delivery succeeded; null if the last did.' }),
    pending: z.int().min(0).openapi({ description: 'Messages that wait for their next attempt, counted up to 10000.' }),
    createdAt: instant,
  })
  .openapi('WebhookEndpoint');

export const endpointsView = z
  .object({ endpoints: z.array(endpointView).max(MAX_WEBHOOK_ENDPOINTS) })
  .openapi('WebhookEndpoints');

export const endpointWithSecretView = endpointView
  .extend({
    secret: z
      .string()
      .optional()
      .openapi({
        description:
          'Signs the messages. It is shown this once, and to a repeat with the same key while it is in use and sealed under ' +
          'the present WEBHOOK_ENCRYPTION_KEY.',
        example: 'whsec_C2FVsBQ…',
      }),
  })
  .openapi('WebhookEndpointWithSecret');

export const deletedView = z.object({ endpointId: z.uuid() }).openapi('DeletedWebhookEndpoint');

export const attemptsView = z
  .object({
    attempts: z.array(
      z
        .object({
          attemptId: z.int(),
          messageId: z.uuid().openapi({ description: 'The header `webhook-id`.' }),
          messageType: z.string(),
          attemptedAt: instant,
          statusCode: z.int().nullable().openapi({ description: 'Of the HTTP answer; null if there was none.' }),
          latencyMs: z.int(),
          error: z.string().nullable().openapi({ description: 'Null if the message was delivered.' }),
        })
        .openapi('WebhookAttempt'),
    ),
    next: nextCursor,
  })
  .openapi('WebhookAttempts');

export const replayView = z
  .object({
    messages: z.int().openapi({ description: 'Messages that are sent again.' }),
    next: instant.nullable().openapi({ description: 'Give it as `from` to replay the rest of the period.' }),
  })
  .openapi('WebhookReplay');

export const testMessageView = z.object({ messageId: z.uuid() }).openapi('WebhookTestMessage');
