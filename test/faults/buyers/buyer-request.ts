import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from './answers.js';
import type { Attempt } from './buyer-client.js';

/** A request of a buyer, repeated until there is a final answer or the buyer gives up. */
export interface BuyerRequest {
  /** Identifies it in the report of unanswered requests. */
  readonly name: string;
  /** True if the buyer does not give up. */
  readonly persistent: boolean;
  isAnswered(): boolean;
  send(attempt: Attempt): Promise<void>;
}

export function buyerRequest(o: {
  readonly name: string;
  readonly persistent: boolean;
  readonly send: (attempt: Attempt) => Promise<{ readonly kind: string }>;
}): BuyerRequest {
  let answered = false;
  return {
    name: o.name,
    persistent: o.persistent,
    isAnswered: () => answered,
    async send(attempt) {
      const answer = await o.send(attempt);
      answered ||= isFinal(answer);
    },
  };
}

const MAX_CONCURRENT = 20;
const RETRY_TIMEOUT_MS = 15_000;
const RETRY_PAUSE_MS = 500;

/**
 * Repeats every unanswered request of a persistent buyer until there is a final answer.
 *
 * @returns the requests without an answer at the timeout
 */
export async function retryUntilAnswered(
  requests: readonly BuyerRequest[],
  gateways: number,
  timeoutMs: number,
): Promise<BuyerRequest[]> {
  const queue = requests.filter((request) => request.persistent && !request.isAnswered());
  const deadline = Date.now() + timeoutMs;
  const unanswered: BuyerRequest[] = [];
  async function sendQueued(): Promise<void> {
    for (let request = queue.shift(); request !== undefined; request = queue.shift()) {
      for (let i = 0; !request.isAnswered() && Date.now() < deadline; i++) {
        await request.send({ gateway: i % gateways, timeoutMs: RETRY_TIMEOUT_MS });
        if (!request.isAnswered()) await sleep(RETRY_PAUSE_MS);
      }
      if (!request.isAnswered()) unanswered.push(request);
    }
  }
  await Promise.all(Array.from({ length: MAX_CONCURRENT }, sendQueued));
  return unanswered;
}
