import { setTimeout as sleep } from 'node:timers/promises';
import type { EventOnSale } from '../harness/events.js';
import { BUYER_ACTIONS, type BuyerContext } from './buyer-actions.js';
import type { BuyerClient } from './buyer-client.js';
import { retryUntilAnswered, buyerRequest, type BuyerRequest } from './buyer-request.js';
import { probeSelection } from './selection.js';

/**
 * Starts actions of buyers at random times, `perSecond` on average, without waiting for earlier ones.
 *
 * @returns all requests, answered and unanswered
 */
export async function runLoadProfile(
  o: Omit<BuyerContext, 'selections' | 'requests'> & {
    readonly perSecond: number;
    /** While so many actions are in progress, no new one starts. */
    readonly maxConcurrent: number;
    /** Ends the load: no action starts any more. */
    readonly signal: AbortSignal;
  },
): Promise<readonly BuyerRequest[]> {
  const { random } = o;
  const context: BuyerContext = { ...o, selections: [], requests: [] };
  const inProgress = new Set<Promise<void>>();
  let nextAtMs = Date.now();
  while (!o.signal.aborted) {
    await sleep(Math.max(0, nextAtMs - Date.now()));
    nextAtMs += random.gapMs(o.perSecond);
    if (inProgress.size >= o.maxConcurrent) continue;
    const action = random.weighted(BUYER_ACTIONS).perform(context);
    inProgress.add(action);
    void action.finally(() => inProgress.delete(action));
  }
  await Promise.all(inProgress);
  return context.requests;
}

/**
 * Buys a ticket of each event with a new buyer, repeated until there is an answer. Shows that every event can be sold.
 *
 * @returns the requests without an answer
 */
export function probe(
  client: BuyerClient,
  events: readonly EventOnSale[],
  name: string,
  timeoutMs: number,
): Promise<BuyerRequest[]> {
  const probes = events.map((event) => {
    const selection = probeSelection(event, name);
    return buyerRequest({
      name: `purchase from event ${event.eventId}`,
      persistent: true,
      send: (at) => client.buy(selection, at),
    });
  });
  return retryUntilAnswered(probes, 1, timeoutMs);
}
