import {
  HOLD_RELEASE_UPDATE,
  HOLD_TAKEN_UPDATE,
  HOLD_USED_SIGNAL,
  type Hold,
  type HoldOrder,
  type HoldWorkflowStatus,
} from '@box-office/contract';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineSignal,
  defineUpdate,
  isCancellation,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { openAttention } from './attention.js';
import { openStory, type Story } from './journal.js';
import { searchAttributes } from './search-attributes.js';
import { createSteps, type Steps } from './steps.js';

const takenUpdate = defineUpdate<Hold>(HOLD_TAKEN_UPDATE);
const releaseUpdate = defineUpdate<Hold, [requestedBy: string]>(HOLD_RELEASE_UPDATE);
const usedSignal = defineSignal<[purchaseId: string]>(HOLD_USED_SIGNAL);

/** What others have told the workflow while it waits, and what it can tell them. */
interface State {
  releaseWished: boolean;
  usedTold: boolean;
  taken?: Hold;
  ended?: Hold;
}

/**
 * Keeps capacity for a buyer until it is used, given back or lapses. Which of these comes first is decided in PostgreSQL;
 * this workflow takes the capacity, waits on a durable timer, and gives back what was not used.
 */
export async function hold(order: HoldOrder): Promise<Hold> {
  const story = openStory<HoldWorkflowStatus>(headline(order), 'open');
  const steps = createSteps(story, openAttention(story));
  const state: State = { releaseWished: false, usedTold: false };

  setHandler(
    takenUpdate,
    async () => {
      await toldEvenIfCancelled(() => state.taken !== undefined);
      return known(state.taken);
    },
    { description: 'Answers with the hold as soon as it is taken or refused.' },
  );
  setHandler(
    releaseUpdate,
    async (requestedBy) => {
      story.tell(`**${requestedBy}** gives it back.`);
      state.releaseWished = true;
      await toldEvenIfCancelled(() => state.ended !== undefined);
      return known(state.ended);
    },
    { description: 'Gives the capacity back, unless a purchase has used the hold already. Argument: who asks.' },
  );
  setHandler(usedSignal, (purchaseId) => {
    story.tell(`Purchase \`${purchaseId}\` tells that it has used it.`);
    state.usedTold = true;
  });

  // Half a hold would be worse than one that is given back a moment later.
  const taken = await CancellationScope.nonCancellable(() => steps.quickly([order.holdId], 'takeHold', order));
  state.taken = taken;
  tellTaken(story, taken);
  const ended = await untilEnded(taken, state, steps);
  state.ended = ended;
  tellEnd(story, ended);
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return ended;
}

/** Waits for the first of timer, release and use, and brings the end about that PostgreSQL decides on. */
async function untilEnded(taken: Hold, state: State, steps: Steps): Promise<Hold> {
  let current = taken;
  let remainingMs = Date.parse(taken.expiresAt ?? '') - Date.now();
  while (current.status === 'active') {
    await waitForEnd(state, Math.max(remainingMs, 1));
    state.usedTold = false;
    const as = state.releaseWished ? 'released' : 'expired';
    // Not yet over by the database's clock, or told to be used without being it: then it is still active.
    const end = await CancellationScope.nonCancellable(() =>
      steps.quickly([current.holdId], 'endHold', current.holdId, as),
    );
    current = end.hold;
    ({ remainingMs } = end);
  }
  return current;
}

/** Resolves when the hold's time is over or somebody has a wish; a cancelled workflow gives the hold back. */
async function waitForEnd(state: State, timeMs: number): Promise<void> {
  try {
    await condition(() => state.releaseWished || state.usedTold, timeMs, { summary: 'the hold lapses' });
  } catch (error) {
    if (!isCancellation(error)) throw error;
    state.releaseWished = true;
  }
}

/** Handlers run in the scope of the workflow: whoever asks is told how the hold ends that is given back by a cancellation. */
const toldEvenIfCancelled = (isTrue: () => boolean): Promise<void> =>
  CancellationScope.nonCancellable(() => condition(isTrue));

function known(hold: Hold | undefined): Hold {
  if (!hold) throw new Error('the hold is not known yet');
  return hold;
}

function headline({ holdId, userId, eventId, items }: HoldOrder): string {
  const wish = items.map((item) => `${item.quantity} × ${item.ticketType}`).join(', ');
  return `### ${userId} holds ${wish} for event ${eventId}\n\nHold \`${holdId}\``;
}

function tellTaken(story: Story<HoldWorkflowStatus>, hold: Hold): void {
  if (hold.refusal) return;
  const serials = hold.items.map((item) => `${item.ticketType} ${item.serials.join(', ')}`).join('; ');
  story.tell(`It holds ${serials}, until ${hold.expiresAt ?? ''}.`);
  story.status(hold.status);
}

function tellEnd(story: Story<HoldWorkflowStatus>, hold: Hold): void {
  const cause = hold.refusal ? `: ${hold.refusal.reason.replaceAll('_', ' ')}` : '';
  const purchase = hold.purchaseId === null ? '' : ` by purchase \`${hold.purchaseId}\``;
  story.tell(`It is **${hold.status}**${purchase}${cause}.`);
  // So that a search for the purchase finds the hold as well.
  if (hold.purchaseId !== null) {
    upsertSearchAttributes([{ key: searchAttributes.purchaseIds, value: [hold.holdId, hold.purchaseId] }]);
  }
  story.status(hold.status);
}
