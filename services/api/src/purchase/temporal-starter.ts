import { setTimeout as sleep } from 'node:timers/promises';
import { PURCHASE_WORKFLOW } from '@box-office/contract';
import { withTimeout, type Logger } from '@box-office/platform';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { LocalWorker } from '../temporal/local-worker.js';
import { classifyStartFailure, type StartFailure } from '../temporal/start-failure.js';
import type { WorkflowStarter } from '../batching/purchase-starter.js';
import { purchaseWorkflowOptions, type PurchaseWorkflowOptions } from './workflow-options.js';

/** Attempts of a call that Temporal certainly did not accept, and the time in which they begin: a buyer waits. */
const MAX_ATTEMPTS_NOT_TAKEN = 3;
const NOT_TAKEN_MS = 2_000;
/** A start with an unknown result is sent again for so long; the buyer was answered 202 meanwhile. */
const RESEND_MS = 60_000;
/** Most starts that are being sent again at once; above that the buyer's repeat sends them. */
const MAX_RESENDING = 500;
const BACKOFF_MIN_MS = 100;
const BACKOFF_MAX_MS = 3_000;

type Attempt = { readonly kind: 'started'; readonly already: boolean } | StartFailure;

/**
 * Starts the workflows. Id and payload of a batch are fixed before its first start, and every repetition sends the same.
 *
 * With a local worker the start is eager: the server returns the first workflow task with it, and the worker runs it at
 * once. That connection repeats a call by itself, which hides what was sent: a failure there is uncertain. Starts then
 * go over `client`, until one has succeeded.
 *
 * @param o.client over a connection of `connectToTemporal`, which repeats nothing
 * @param o.callMs deadline of one call
 */
export function createTemporalStarter(o: {
  client: Client;
  localWorker?: Pick<LocalWorker, 'client'>;
  logger: Logger;
  callMs: number;
}): WorkflowStarter {
  const closing = new AbortController();
  let resending = 0;
  let isEagerUsable = true;

  async function attempt(options: PurchaseWorkflowOptions): Promise<Attempt> {
    const eager = isEagerUsable ? o.localWorker?.client() : undefined;
    try {
      if (eager) await withTimeout(startEagerly(eager, options), o.callMs);
      else await o.client.workflow.start(PURCHASE_WORKFLOW, options);
      isEagerUsable = true;
      return { kind: 'started', already: false };
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { kind: 'started', already: true };
      const failure = classifyStartFailure(error);
      const { workflowId } = options;
      o.logger.warn({ workflowId, cause: failure.cause, eager: eager !== undefined }, 'a workflow start failed');
      if (eager === undefined || !failure.isRetryable) return failure;
      isEagerUsable = false;
      return { ...failure, kind: 'uncertain' };
    }
  }

  const start: WorkflowStarter['start'] = async (batch) => {
    const options = purchaseWorkflowOptions(batch);
    const untilMs = Date.now() + NOT_TAKEN_MS;
    for (let attempts = 1; ; attempts++) {
      const result = await attempt(options);
      if (result.kind === 'started') return result;
      if (result.kind === 'uncertain') {
        void resend(options);
        return { kind: 'unknown' };
      }
      const enough = attempts >= MAX_ATTEMPTS_NOT_TAKEN || Date.now() >= untilMs || closing.signal.aborted;
      if (enough || !result.isRetryable) {
        return { kind: 'not_started', cause: 'not_taken', retryAfterS: result.retryAfterS };
      }
      await pause(attempts);
    }
  };

  /** Sends a start again until Temporal has it. After that a repeat of the request finds out. */
  async function resend(options: PurchaseWorkflowOptions): Promise<void> {
    if (resending >= MAX_RESENDING) return;
    resending++;
    const untilMs = Date.now() + RESEND_MS;
    for (let attempts = 1; Date.now() < untilMs; attempts++) {
      await pause(attempts);
      if (closing.signal.aborted || (await attempt(options)).kind === 'started') break;
    }
    resending--;
  }

  /** Doubles, with jitter so that the requests of one outage are not repeated together. */
  async function pause(attempts: number): Promise<void> {
    const fullMs = Math.min(BACKOFF_MIN_MS * 2 ** Math.min(attempts - 1, 10), BACKOFF_MAX_MS);
    await sleep(fullMs * (0.5 + Math.random() / 2), undefined, { signal: closing.signal }).catch(() => undefined);
  }

  return { start, maxReplyMs: NOT_TAKEN_MS + BACKOFF_MAX_MS + o.callMs, close: () => closing.abort() };
}

const startEagerly = (client: Client, options: PurchaseWorkflowOptions): Promise<unknown> =>
  client.workflow.start(PURCHASE_WORKFLOW, { ...options, requestEagerStart: true });
