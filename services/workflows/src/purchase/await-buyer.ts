import { PAYMENT_CHANGED_SIGNAL } from '@box-office/contract';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

/** First and longest time between two look-ups at the payment provider, and by how much it grows. */
const FIRST_GAP_MS = 2_000;
/** The shortest: a worker's clock, which says when the time is over, may be behind the one of the workflow. */
const MIN_GAP_MS = 500;
const MAX_GAP_MS = 30_000;
const GAP_GROWTH = 1.5;

const paymentChanged = defineSignal(PAYMENT_CHANGED_SIGNAL);

/** Ends the waiting of a purchase for its buyer early: something may have happened. */
export interface WakeUp {
  readonly wake: () => void;
  /** Waits until it is woken, or for so long. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Registers the signal. Call it before anything is awaited. */
export function openWakeUp(): WakeUp {
  let isAwake = false;
  const wake = (): void => {
    isAwake = true;
  };
  setHandler(paymentChanged, wake, {
    description: 'The payment of a purchase that waits for its buyer may have changed: it is looked up at once.',
  });
  return {
    wake,
    async wait(ms) {
      await condition(() => isAwake, ms);
      isAwake = false;
    },
  };
}

/** Checks with growing gaps until there is something else to do than to wait. */
export async function awaitBuyer<T>(
  { wait }: Pick<WakeUp, 'wait'>,
  untilMs: number,
  check: () => Promise<T | 'still_waiting'>,
): Promise<T> {
  for (let gapMs = FIRST_GAP_MS; ; gapMs = Math.min(gapMs * GAP_GROWTH, MAX_GAP_MS)) {
    await wait(Math.max(Math.min(gapMs, untilMs - Date.now()), MIN_GAP_MS));
    const found = await check();
    if (found !== 'still_waiting') return found;
  }
}
