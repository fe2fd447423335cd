import {
  disableFailedWebhookEndpoint,
  listDueWebhooks,
  readWebhookTarget,
  recordWebhookAttempt,
  recordWebhookHealth,
  type DueWebhook,
} from '@box-office/database';
import { openText } from '@box-office/platform';
import { Context } from '@temporalio/activity';
import type pg from 'pg';
import { deliverPage, PAGE_SIZE } from '../delivery/activities/deliver-page.js';
import { minScheduleMs, RETRY_DELAYS_MS, retryInMs } from '../delivery/activities/retry-schedule.js';
import type { Send } from './activities/send.js';
import { signedMessage } from './activities/signed-message.js';

/**
 * An endpoint without a successful delivery for this long is disabled; also after all attempts of a message, which may end
 * earlier.
 */
const MAX_FAILING_MS = 3 * 24 * 60 * 60 * 1_000;

const GONE = 410;

export interface WebhookDeps {
  readonly pool: pg.Pool;
  readonly send: Send;
  /** Opens the secrets of endpoints. */
  readonly encryptionKey: Buffer;
  readonly retryDelaysMs?: readonly number[];
}

/** The delivery of messages to the endpoints of integrators. */
export function createWebhookActivities(deps: WebhookDeps) {
  const { pool, send, encryptionKey, retryDelaysMs = RETRY_DELAYS_MS } = deps;

  /** Sends a message once and records how it went. `given_up`: it failed for the last time; `gone`: so is the endpoint. */
  async function deliver(
    endpointId: string,
    target: { readonly url: string; readonly secrets: readonly string[] },
    message: DueWebhook,
  ): Promise<'delivered' | 'failed' | 'given_up' | 'gone'> {
    const { headers, body } = signedMessage(message, target.secrets, Date.now());
    const sent = await send(target.url, headers, body);
    const isFailed = sent.error !== null;
    const nextInMs = isFailed ? retryInMs(retryDelaysMs, message.attempts + 1, Math.random()) : null;
    await recordWebhookAttempt(pool, {
      endpointId,
      messageId: message.messageId,
      messageType: message.type,
      ...sent,
      retryInMs: nextInMs,
    });
    if (sent.statusCode === GONE) return 'gone';
    if (!isFailed) return 'delivered';
    return nextInMs === null ? 'given_up' : 'failed';
  }

  return {
    /**
     * Sends the messages that are due to an endpoint: a page of them, several at once. Each is recorded when it was
     * answered, so what a worker that dies has sent is at most sent again, under the same id.
     *
     * @returns whether there may be more
     */
    async deliverDue(endpointId: string): Promise<boolean> {
      const endpoint = await readWebhookTarget(pool, endpointId);
      if (!endpoint) return false;
      const secrets = endpoint.sealedSecrets.map((sealed) => openText(encryptionKey, endpointId, sealed));
      const target = { url: endpoint.url, secrets };
      const due = await listDueWebhooks(pool, endpointId, PAGE_SIZE);
      const results = new Set<string>();
      const mayHaveMore = await deliverPage(due, async (message) => {
        results.add(await deliver(endpointId, target, message));
        return !results.has('gone');
      });
      if (results.size > 0) await recordWebhookHealth(pool, endpointId, results.has('delivered'));
      if (results.has('gone') || results.has('failed') || results.has('given_up')) {
        const reason = results.has('gone') ? 'gone' : 'failing';
        const runId = Context.current().info.workflowExecution?.runId;
        if (runId === undefined) throw new Error('deliveries are made by a workflow');
        const failingForMs = results.has('given_up') ? minScheduleMs(retryDelaysMs) : MAX_FAILING_MS;
        const failure = { endpointId, reason, failingForMs, runId } as const;
        if (await disableFailedWebhookEndpoint(pool, failure)) return false;
      }
      return mayHaveMore;
    },
  };
}

export type WebhookActivities = ReturnType<typeof createWebhookActivities>;
