import type { PurchaseOrder } from '@box-office/contract';
import type { BoxOfficeActivities } from '@box-office/workflows/activities';
import { asyncLocalStorage, type Context } from '@temporalio/activity';

/** The serial numbers of a purchase's tickets. */
export type Serials = readonly number[];

export interface DirectSteps {
  /** Runs the steps until the buyers would be answered. One result per order. @throws if any is not confirmed */
  sell(orders: readonly PurchaseOrder[]): Promise<Serials[]>;
  /** Runs the steps after the answer: settles and publishes. */
  settle(purchaseIds: readonly string[]): Promise<void>;
}

/**
 * The purchase workflow's steps in order, called as plain functions: the same work on the same stores and the payment
 * provider, without durable execution.
 */
export function createDirectSteps(activities: BoxOfficeActivities): DirectSteps {
  async function sell(orders: readonly PurchaseOrder[]): Promise<Serials[]> {
    const claims = await activities.claim(orders);
    const claimed = claims.map((claim) => (claim.kind === 'mine' ? claim : fail('claim', claim)));
    const reservations = await activities.reserve(
      orders.map(({ purchaseId, userId, eventId, items }, i) => {
        const { epoch, generation } = at(claimed, i);
        return { purchaseId, epoch, userId, eventId, generation, items };
      }),
    );
    const holds = reservations.map((answer) => (answer?.kind === 'reserved' ? answer : fail('reserve', answer)));
    const payments = claimed.map(({ purchaseId, amountMinor, currency, paymentAttempt, paymentMethod }, i) => ({
      purchaseId,
      eventId: at(orders, i).eventId,
      amountMinor,
      currency,
      attempt: paymentAttempt,
      method: paymentMethod ?? '',
    }));
    const authorised = (await activities.authorise(payments, 'until_known')).map((answer) =>
      answer.kind === 'authorised' ? answer.authorisationId : fail('authorise', answer),
    );
    const persisted = await activities.persist(
      claimed.map(({ purchaseId, transactionId, epoch, version, status, amountMinor, currency }, i) => {
        const { userId, eventId } = at(orders, i);
        return {
          ...at(holds, i),
          purchaseId,
          transactionId,
          epoch,
          version,
          claimedAs: status,
          userId,
          eventId,
          amountMinor,
          currency,
          authorisationId: at(authorised, i),
        };
      }),
    );
    for (const outcome of persisted) if (outcome !== 'persisted') fail('persist', outcome);
    const captured = await activities.capture(
      payments.map(({ purchaseId, attempt }, i) => ({ purchaseId, attempt, authorisationId: at(authorised, i) })),
      'until_known',
    );
    for (const answer of captured) if (answer.kind !== 'captured') fail('capture', answer);
    const finalised = await activities.finalise(claimed.map(({ purchaseId, epoch }) => ({ purchaseId, epoch })));
    return finalised.map((result) => {
      if (result?.kind !== 'confirmed' || result.outcome.kind !== 'confirmed') return fail('finalise', result);
      return result.outcome.tickets.map((ticket) => ticket.serial);
    });
  }

  return {
    sell: (orders) => inActivity(orders[0]?.purchaseId ?? '', () => sell(orders)),
    settle: (purchaseIds) =>
      inActivity(purchaseIds[0] ?? '', async () => {
        await activities.settle(purchaseIds);
        await activities.publish(purchaseIds);
      }),
  };
}

/** Runs a function with the parts of an activity context that the activities use: caller and cancellation. */
function inActivity<T>(id: string, run: () => Promise<T>): Promise<T> {
  const info = { isLocal: true, workflowExecution: { workflowId: `direct/${id}`, runId: id } };
  const context = { info, cancellationSignal: new AbortController().signal };
  return asyncLocalStorage.run(context as unknown as Context, run);
}

function at<T>(list: readonly T[], i: number): T {
  const element = list[i];
  if (element === undefined) throw new Error('a step returned fewer results than it was given purchases');
  return element;
}

function fail(step: string, answer: unknown): never {
  throw new Error(`${step}: ${JSON.stringify(answer)}`);
}
