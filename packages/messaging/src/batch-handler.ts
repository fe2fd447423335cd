import { backOff, isWorthAWarning } from './backoff.js';
import type { MessagingLogger } from './logger.js';
import type { HandlerResult } from './handler-result.js';

/** A dependency stayed unavailable for longer than a batch may be held; the messages stay unacknowledged. */
class HoldTimeout extends Error {
  override readonly name = 'HoldTimeout';
}

export interface BatchHandler<M> {
  /**
   * One result for each message. Tries again until `handle` has answered for all of them.
   *
   * @throws HoldTimeout, or the signal's reason
   */
  resultsOf(messages: readonly M[], signal: AbortSignal): Promise<readonly HandlerResult[]>;
  /** True from a failure of a dependency until the next success. */
  isUnavailable(): boolean;
  setUnavailable(unavailable: boolean): void;
}

/**
 * Handles a batch to the end:
 *
 * - A dependency is unavailable (PostgreSQL, for instance): the same batch is tried again, with growing pauses. Nothing
 *   returns to the broker, which would count that against the messages.
 * - A message makes the batch fail: the batch is bisected until that message is alone. It is retried through the broker;
 *   the others are handled.
 */
export function createBatchHandler<M>(o: {
  handle(messages: readonly M[]): Promise<readonly HandlerResult[]>;
  /** Whether a message causes the error, rather than a dependency that is unavailable. */
  isMessageFault(error: unknown): boolean;
  /** True once the consumer closes: it then waits for no dependency. */
  isDraining(): boolean;
  /** How long a batch may be held. The broker takes back what is not acknowledged for half an hour. */
  holdLimitMs: number;
  initiallyUnavailable: boolean;
  logger: MessagingLogger;
}): BatchHandler<M> {
  let unavailable = o.initiallyUnavailable;

  async function resultsOf(messages: readonly M[], signal: AbortSignal): Promise<readonly HandlerResult[]> {
    if (messages.length === 0) return [];
    const heldSince = Date.now();
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      try {
        const results = await o.handle(messages);
        if (results.length !== messages.length) {
          return await bisect(messages, new Error('the handler must return one result for each message'), signal);
        }
        if (unavailable && attempt > 0) o.logger.info({ attempt }, 'handles the held messages again');
        unavailable = false;
        return results;
      } catch (error) {
        if (o.isMessageFault(error)) return await bisect(messages, error, signal);
        unavailable = true;
        const level = isWorthAWarning(attempt) ? 'warn' : 'debug';
        o.logger[level](
          { err: error, attempt, messages: messages.length },
          'holds messages: a dependency is unavailable',
        );
        if (o.isDraining() || Date.now() - heldSince > o.holdLimitMs)
          throw new HoldTimeout('a dependency is unavailable');
        await backOff(attempt, signal);
      }
    }
  }

  async function bisect(
    messages: readonly M[],
    error: unknown,
    signal: AbortSignal,
  ): Promise<readonly HandlerResult[]> {
    if (messages.length === 1) {
      o.logger.error({ err: error }, 'a message makes its batch fail');
      return [{ retry: 'failed', detail: error instanceof Error ? error.message : String(error) }];
    }
    const middle = messages.length >> 1;
    const first = await resultsOf(messages.slice(0, middle), signal);
    return [...first, ...(await resultsOf(messages.slice(middle), signal))];
  }

  return { resultsOf, isUnavailable: () => unavailable, setUnavailable: (state) => (unavailable = state) };
}
