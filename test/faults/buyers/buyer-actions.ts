import { setTimeout as sleep } from 'node:timers/promises';
import { callsTo } from '../../checker/calls.js';
import type { EventOnSale } from '../harness/events.js';
import type { Random } from '../random.js';
import type { Attempt, BuyerClient } from './buyer-client.js';
import { buyerRequest, type BuyerRequest } from './buyer-request.js';
import { drawHold, drawSelection, changedSelection, selectionWithHold, type Selection } from './selection.js';

/** Immediate repeats by a persistent buyer, and the pause before each. */
const MAX_REPEATS = 3;
const REPEAT_PAUSE_MS = [50, 1_500] as const;
/** Most repeats are of one of the latest selections. */
const RECENT_SELECTIONS = 50;
/** Time from a hold to the buyer's next action, which may be after the hold expired. */
const DECISION_MS = [0, 8_000] as const;

/** What the actions of buyers share. `selections` and `requests` grow during the run. */
export interface BuyerContext {
  readonly selections: Selection[];
  readonly requests: BuyerRequest[];
  readonly random: Random;
  readonly events: readonly EventOnSale[];
  readonly gateways: number;
  readonly client: BuyerClient;
  /** A buyer closes the connection after one of these times, drawn for each request. */
  readonly clientTimeoutsMs: readonly number[];
}

/** An action of a buyer. Add a new kind of request as a new action here. */
export interface BuyerAction {
  readonly name: string;
  readonly weight: number;
  perform(context: BuyerContext): Promise<void>;
}

export const BUYER_ACTIONS: readonly BuyerAction[] = [
  { name: 'buy', weight: 60, perform: buy },
  { name: 'buy with a double click', weight: 6, perform: doubleClick },
  { name: 'repeat', weight: 12, perform: repeat },
  { name: 'reuse a key', weight: 4, perform: reuseKey },
  { name: 'read', weight: 5, perform: readPurchase },
  { name: 'cancel', weight: 10, perform: cancel },
  { name: 'cancel at once', weight: 3, perform: buyAndCancel },
  { name: 'hold', weight: 12, perform: hold },
];

async function buy(context: BuyerContext): Promise<void> {
  const selection = drawSelection(context.random, context.events);
  await sendWithRepeats(context, purchaseRequest(context, selection));
}

/** The same request at two gateways at the same time. */
async function doubleClick(context: BuyerContext): Promise<void> {
  const request = purchaseRequest(context, drawSelection(context.random, context.events));
  await Promise.all([request.send(drawAttempt(context)), request.send(drawAttempt(context))]);
}

async function repeat(context: BuyerContext): Promise<void> {
  const selection = drawEarlier(context);
  if (selection) await context.client.buy(selection, drawAttempt(context));
}

async function reuseKey(context: BuyerContext): Promise<void> {
  const selection = drawEarlier(context);
  if (selection) await context.client.buy(changedSelection(context.random, selection), drawAttempt(context));
}

async function readPurchase(context: BuyerContext): Promise<void> {
  const selection = drawEarlier(context);
  if (selection) await context.client.readPurchase(selection, drawAttempt(context));
}

/** Cancels a purchase or some of its tickets; the purchase may have no outcome yet. */
async function cancel(context: BuyerContext): Promise<void> {
  const selection = drawEarlier(context);
  if (!selection) return;
  const { random, client } = context;
  const bought = callsTo(client.calls, 'buy').find(
    (call) => call.purchaseId === selection.purchaseId && call.answer.kind === 'ok',
  );
  const tickets = bought?.answer.kind === 'ok' ? bought.answer.tickets.map(({ ticketId }) => ticketId) : [];
  const some = random.shuffled(tickets).slice(0, random.int(1, Math.max(1, tickets.length)));
  await sendWithRepeats(
    context,
    cancellationRequest(context, selection, tickets.length > 0 && random.chance(0.5) ? some : null),
  );
}

/** Buys, and cancels while the purchase is in progress. */
async function buyAndCancel(context: BuyerContext): Promise<void> {
  const selection = drawSelection(context.random, context.events);
  const [request, pauseMs] = [purchaseRequest(context, selection), context.random.int(0, 600)];
  const cancellation = cancellationRequest(context, selection, null);
  await Promise.all([
    sendWithRepeats(context, request),
    sleep(pauseMs).then(() => sendWithRepeats(context, cancellation)),
  ]);
}

/** Holds tickets, and then buys them, releases them, or does nothing more. */
async function hold(context: BuyerContext): Promise<void> {
  const { random, client, requests } = context;
  const selection = drawHold(random, context.events);
  const decisionMs = random.int(...DECISION_MS);
  const next = random.weighted([
    { weight: 6, action: 'buy' },
    { weight: 2, action: 'buy_twice' },
    { weight: 2, action: 'release' },
    { weight: 2, action: 'abandon' },
  ]);
  const [purchase, another] = [selectionWithHold(random, selection), selectionWithHold(random, selection)];
  const holdRequest = buyerRequest({
    name: `hold ${selection.holdId}`,
    persistent: true,
    send: (at) => client.hold(selection, at),
  });
  requests.push(holdRequest);
  await sendWithRepeats(context, holdRequest);
  const isHeld = callsTo(client.calls, 'hold').some(
    (call) => call.holdId === selection.holdId && call.answer.kind === 'ok',
  );
  if (!isHeld || next.action === 'abandon') return;
  await sleep(decisionMs);
  if (next.action === 'buy') return sendWithRepeats(context, purchaseRequest(context, purchase));
  if (next.action === 'buy_twice') {
    // Of two purchases with one hold, at most one gets tickets. Each key still has one outcome.
    await Promise.all([purchase, another].map((one) => sendWithRepeats(context, purchaseRequest(context, one))));
    return;
  }
  const releaseRequest = buyerRequest({
    name: `release of hold ${selection.holdId}`,
    persistent: true,
    send: (at) => client.release(selection, at),
  });
  requests.push(releaseRequest);
  await sendWithRepeats(context, releaseRequest);
}

function purchaseRequest({ selections, requests, client }: BuyerContext, selection: Selection): BuyerRequest {
  const { purchaseId, persistent } = selection;
  const request = buyerRequest({ name: `purchase ${purchaseId}`, persistent, send: (at) => client.buy(selection, at) });
  selections.push(selection);
  requests.push(request);
  return request;
}

function cancellationRequest(
  { requests, client }: BuyerContext,
  selection: Selection,
  tickets: readonly string[] | null,
): BuyerRequest {
  const name = `cancellation of ${tickets === null ? '' : 'a part of '}purchase ${selection.purchaseId}`;
  const request = buyerRequest({ name, persistent: true, send: (at) => client.cancel(selection, tickets, at) });
  requests.push(request);
  return request;
}

/**
 * Sends a request. A persistent buyer repeats it a few times; a request without an answer is retried after the faults.
 */
async function sendWithRepeats(context: BuyerContext, request: BuyerRequest): Promise<void> {
  // Drawn in advance, so that the draws do not depend on when answers arrive.
  const plan = Array.from({ length: 1 + MAX_REPEATS }, () => ({
    at: drawAttempt(context),
    pauseMs: context.random.int(...REPEAT_PAUSE_MS),
  }));
  for (const { at, pauseMs } of plan) {
    await request.send(at);
    if (request.isAnswered() || !request.persistent) return;
    await sleep(pauseMs);
  }
}

function drawAttempt({ random, gateways, clientTimeoutsMs }: BuyerContext): Attempt {
  return { gateway: random.int(0, gateways - 1), timeoutMs: random.pick(clientTimeoutsMs) };
}

function drawEarlier({ random, selections }: BuyerContext): Selection | undefined {
  if (selections.length === 0) return undefined;
  return random.pick(random.chance(0.7) ? selections.slice(-RECENT_SELECTIONS) : selections);
}
