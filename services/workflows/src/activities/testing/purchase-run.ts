import type { PurchaseOrder, PurchaseOutcome, SerialRange } from '@box-office/contract';
import type { ClaimedPurchase } from '@box-office/records';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { claimedAt, paymentIn, paymentOf, reservationOf, ticketsOf } from '../../workflows/requests.js';
import type { PurchaseActivities } from '../index.js';

/** What a run knows of its purchase, as the workflow does. */
interface Progress {
  readonly claim: ClaimedPurchase;
  readonly toUndo: Set<'hold' | 'payment'>;
  authorisationId: string | null;
}

/**
 * One run of a lone purchase's workflow, a step at a time: each `next()` does one step and gives its name, so that a test
 * decides what happens before the next one, and lets the run die by not asking for more. The same steps in the same
 * order as `workflows/purchase.ts`, with the real activities; a new one with the same run id is a rerun of that run.
 */
export async function* purchaseRun(
  activities: PurchaseActivities,
  order: PurchaseOrder,
  runId: string,
): AsyncGenerator<string, void, undefined> {
  const { purchaseId, eventId } = order;
  const inRun = <T>(work: () => Promise<T>): Promise<T> => inActivity(order, runId, work);

  const asked = ({ claim }: Progress) => ({ order, claim, payment: paymentIn(claim) });

  async function* undo(progress: Progress, outcome: PurchaseOutcome): AsyncGenerator<string, void, undefined> {
    const at = claimedAt(progress);
    const { authorisationId, toUndo } = progress;
    const decision = await inRun(() => activities.decideToUndo({ ...at, outcome, authorisationId }));
    yield `decide to undo: ${decision.kind}`;
    if (decision.kind !== 'undoing') return;
    if (toUndo.has('payment')) {
      const payment = { ...paymentOf(asked(progress)), authorisationId: decision.authorisationId };
      await inRun(() => activities.undoPayment(payment));
      yield 'undo the payment';
    }
    if (toUndo.has('hold')) {
      await inRun(() => activities.giveCapacityBack({ ...at, eventId }));
      yield 'give the capacity back';
    }
    await inRun(() => activities.concludeUndoing(at));
    yield 'conclude';
  }

  /** Reserves and persists until both fit one generation. True when the tickets stand. */
  async function* takeTickets(progress: Progress): AsyncGenerator<string, boolean, undefined> {
    const { claim } = progress;
    let { generation } = claim;
    let serials: readonly SerialRange[] | null = null;
    for (;;) {
      if (serials === null) {
        progress.toUndo.add('hold');
        const request = reservationOf(order, { ...claim, generation });
        const [reservation] = await inRun(() => activities.reserve([request]));
        yield `reserve: ${reservation?.kind}`;
        if (reservation?.kind === 'refused') yield* undo(progress, { kind: 'refused', ...reservation.refusal });
        if (reservation?.kind !== 'reserved') return false;
        ({ generation } = reservation);
        serials = reservation.items;
      }
      if (progress.authorisationId === null && !(yield* authorise(progress))) return false;
      const tickets = ticketsOf({
        ...{ order, claim, hold: { generation, items: serials } },
        ...(progress.authorisationId !== null && { authorisationId: progress.authorisationId }),
      });
      const [outcome] = await inRun(() => activities.persist([tickets]));
      yield `persist: ${typeof outcome === 'object' ? outcome.kind : outcome}`;
      if (outcome === 'persisted') return true;
      if (outcome === 'serial_conflict') {
        const seen = generation;
        await inRun(() => activities.rebuildInventories([{ eventId, seen }]));
        yield 'rebuild';
      } else if (outcome !== 'stale_generation') {
        if (outcome === 'cancel_requested' || outcome === 'undoing') yield* undo(progress, CANCELLED);
        return false;
      }
      serials = null;
    }
  }

  async function* authorise(progress: Progress): AsyncGenerator<string, boolean, undefined> {
    progress.toUndo.add('payment');
    const payment = paymentOf(asked(progress));
    let [answer] = await inRun(() => activities.authorise([payment], 'soft deadline'));
    yield `authorise: ${answer?.kind}`;
    if (answer?.kind === 'unknown') {
      [answer] = await inRun(() => activities.authorise([payment], 'until known'));
      yield `authorise: ${answer?.kind}`;
    }
    if (answer?.kind === 'authorised') progress.authorisationId = answer.authorisationId;
    if (answer?.kind === 'declined') yield* undo(progress, { kind: 'declined', reason: answer.reason });
    return answer?.kind === 'authorised';
  }

  async function* settle(): AsyncGenerator<string, void, undefined> {
    await inRun(() => activities.settle([purchaseId]));
    yield 'settle';
  }

  const [claim] = await inRun(() => activities.claim([order]));
  yield `claim: ${claim?.kind}`;
  if (claim?.kind === 'finished' && claim.mine && claim.outcome.kind === 'confirmed') return yield* settle();
  if (claim?.kind !== 'mine') return;
  const progress: Progress = {
    claim,
    toUndo: new Set(claim.resumed ? (['hold', 'payment'] as const) : []),
    authorisationId: null,
  };
  if (claim.status === 'undoing' && claim.undoOutcome) return yield* undo(progress, claim.undoOutcome);
  if (!(yield* takeTickets(progress))) return;

  const { authorisationId } = progress;
  if (authorisationId === null) throw new Error('tickets stand that nobody authorised');
  const payment = { purchaseId, attempt: claim.paymentAttempt, authorisationId };
  let [captured] = await inRun(() => activities.capture([payment], 'soft deadline'));
  yield `capture: ${captured?.kind}`;
  if (captured?.kind === 'unknown') {
    [captured] = await inRun(() => activities.capture([payment], 'until known'));
    yield `capture: ${captured?.kind}`;
  }
  if (captured?.kind === 'refused') return yield* undo(progress, { kind: 'undone', reason: 'capture_refused' });
  const [result] = await inRun(() => activities.finalise([claimedAt(progress)]));
  yield `finalise: ${result?.kind}`;
  if (result?.kind === 'cancel_requested' || result?.kind === 'undoing') return yield* undo(progress, CANCELLED);
  if (result?.kind !== 'confirmed') return;
  yield* settle();
}

const CANCELLED: PurchaseOutcome = { kind: 'undone', reason: 'cancelled' };

/** Activities ask who calls them, how long they have and whether they were cancelled; nothing else of the context is there. */
export function inActivity<T>(
  order: PurchaseOrder,
  runId: string,
  work: () => Promise<T>,
  startToCloseTimeoutMs = 4_000,
): Promise<T> {
  const workflowId = `purchase/${order.purchaseId}`;
  const info = { isLocal: true, workflowExecution: { workflowId, runId }, startToCloseTimeoutMs };
  const context = { info, cancellationSignal: new AbortController().signal };
  return asyncLocalStorage.run(context as unknown as Context, work);
}
