import { backOff, isWorthAWarning } from './backoff.js';
import type { MessagingLogger } from './logger.js';
import type { Verdict } from './verdict.js';

/** The surroundings did not come back in time; the messages stay unacknowledged. */
class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

export interface Handling<M> {
  /**
   * A verdict for each message. Goes on until `handle` has judged all of them.
   *
   * @throws GaveUp, or the signal's reason
   */
  verdictsOf(messages: readonly M[], signal: AbortSignal): Promise<readonly Verdict[]>;
  /** True from a failure that the surroundings are to blame for until the next success. */
  isAway(): boolean;
  setAway(away: boolean): void;
}

/**
 * Gets a batch handled, whatever happens to it:
 *
 * - The surroundings fail (the database is away): the same batch is tried again, with growing pauses. Nothing goes back to
 *   the broker, which would count that against the messages.
 * - The batch fails by itself: it is halved until the message that is to blame stands alone, and that one is retried
 *   through the broker; the others are handled.
 */
export function createHandling<M>(o: {
  handle(messages: readonly M[]): Promise<readonly Verdict[]>;
  /** Whether the error comes from what the messages say rather than from a server that is away. */
  isMessageFault(error: unknown): boolean;
  /** Whether to wait no longer for surroundings that are away. */
  isHurried(): boolean;
  /** Longest to hold a batch; the broker takes back what is not acknowledged for half an hour. */
  holdLimitMs: number;
  initiallyAway: boolean;
  logger: MessagingLogger;
}): Handling<M> {
  let away = o.initiallyAway;

  async function verdictsOf(messages: readonly M[], signal: AbortSignal): Promise<readonly Verdict[]> {
    if (messages.length === 0) return [];
    const heldSince = Date.now();
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      try {
        const verdicts = await o.handle(messages);
        if (verdicts.length !== messages.length) {
          return await halve(messages, new Error('the handler owes one verdict per message'), signal);
        }
        if (away && attempt > 0) o.logger.info({ attempt }, 'goes on with the messages held');
        away = false;
        return verdicts;
      } catch (error) {
        if (o.isMessageFault(error)) return await halve(messages, error, signal);
        away = true;
        const level = isWorthAWarning(attempt) ? 'warn' : 'debug';
        o.logger[level]({ err: error, attempt, messages: messages.length }, 'holds messages until they can be handled');
        if (o.isHurried() || Date.now() - heldSince > o.holdLimitMs) throw new GaveUp('cannot be handled now');
        await backOff(attempt, signal);
      }
    }
  }

  async function halve(messages: readonly M[], error: unknown, signal: AbortSignal): Promise<readonly Verdict[]> {
    if (messages.length === 1) {
      o.logger.error({ err: error }, 'a message failed by itself');
      return [{ retry: 'failed', detail: error instanceof Error ? error.message : String(error) }];
    }
    const middle = messages.length >> 1;
    const first = await verdictsOf(messages.slice(0, middle), signal);
    return [...first, ...(await verdictsOf(messages.slice(middle), signal))];
  }

  return { verdictsOf, isAway: () => away, setAway: (state) => (away = state) };
}
