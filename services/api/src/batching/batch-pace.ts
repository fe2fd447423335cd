/** How many batches may be in flight, and how long the next one lingers. */
export interface PaceLimits {
  /** Batches in flight before the next one lingers. */
  readonly maxInFlight: number;
  /** A lingering batch is sent when no order has come for so long, as a multiple of the time that a start takes. */
  readonly idleStarts: number;
  /** Longest time that a batch lingers, as a multiple of the time that a start takes. */
  readonly lingerStarts: number;
  /** Longest time that a batch lingers, however slow starts are. */
  readonly maxLingerMs: number;
  /** A batch counts as in flight for at most this time, and as slow from then on. */
  readonly maxInFlightMs: number;
  /** With so many slow batches the next batch lingers, too. */
  readonly maxSlow: number;
  /** No batch is sent while so many purchases have no outcome. */
  readonly maxOpenPurchases: number;
}

/** One batch that was dispatched. */
export interface InFlightBatch {
  /** Its workflow was accepted after so long. */
  accepted(tookMs: number): void;
  /** One of its purchases has ended. Call it once for each. */
  purchaseEnded(): void;
}

export interface BatchPace {
  /**
   * How long the next batch must still wait, 0 if it may be dispatched.
   *
   * @param lingerMs time since its first order came
   * @param idleMs time since its last order came
   * @param isFull the orders that wait fill a batch
   */
  remainingLingerMs(lingerMs: number, idleMs: number, isFull: boolean): number;
  /** A batch of so many purchases is dispatched now. */
  dispatch(purchases: number): InFlightBatch;
}

/** First guess at the time that a start takes; measurements replace it. */
const FIRST_START_MS = 5;
/** Weight of the last start in the running mean. */
const LAST_START = 1 / 8;
/** How often to check again while too many purchases are open. */
const BACKPRESSURE_MS = 100;

/**
 * Decides when the next batch may be dispatched.
 *
 * A batch is in flight until all of its purchases have ended or `maxInFlightMs` have passed: a purchase that takes longer
 * waits for the payment provider and costs nothing meanwhile. Where most purchases of several batches take longer, the
 * machine is busy instead: small batches cost more for each purchase and would make it slower still. The next batch is
 * dispatched
 *
 * - at once while fewer than `maxInFlight` are in flight and fewer than `maxSlow` are slow, or if it is full: waiting would
 *   gain nothing and limit throughput;
 * - else when it is idle: buyers who were answered together come back together;
 * - or when it has lingered long enough, so that no buyer waits for another buyer's payment;
 * - not while `maxOpenPurchases` purchases are open.
 *
 * Lingering is measured in the time that a start takes at present. That time grows with the load of Temporal and of the
 * machine and not with the payment provider's latency: batches are large where workflows are expensive.
 *
 * @param onBatchEnded called when a batch is in flight no more
 */
export function createBatchPace(limits: PaceLimits, onBatchEnded: () => void): BatchPace {
  let inFlight = 0;
  let openPurchases = 0;
  let slow = 0;
  let startMs = FIRST_START_MS;

  function dispatch(purchases: number): InFlightBatch {
    let open = purchases;
    let isInFlight = true;
    const endFlight = (): void => {
      if (!isInFlight) return;
      isInFlight = false;
      clearTimeout(timer);
      inFlight--;
      onBatchEnded();
    };
    openPurchases += purchases;
    inFlight++;
    let isSlow = false;
    /** A batch is slow while most of its purchases are open: the others do not wait for their provider. */
    const noteSlow = (hasTakenLong: boolean): void => {
      const isSlowNow = hasTakenLong && open * 2 > purchases;
      slow += Number(isSlowNow) - Number(isSlow);
      isSlow = isSlowNow;
    };
    const timer = setTimeout(() => {
      noteSlow(true);
      endFlight();
    }, limits.maxInFlightMs).unref();
    if (open === 0) endFlight();
    return {
      accepted: (tookMs) => void (startMs += (tookMs - startMs) * LAST_START),
      purchaseEnded() {
        openPurchases--;
        open--;
        noteSlow(isSlow);
        if (open === 0) endFlight();
      },
    };
  }

  return {
    remainingLingerMs(lingerMs, idleMs, isFull) {
      if (openPurchases >= limits.maxOpenPurchases) return BACKPRESSURE_MS;
      const isIdle = inFlight < limits.maxInFlight && slow < limits.maxSlow;
      if (isIdle || isFull) return 0;
      const untilLingeredMs = Math.min(limits.lingerStarts * startMs, limits.maxLingerMs) - lingerMs;
      const untilIdleMs = limits.idleStarts * startMs - idleMs;
      return Math.max(0, Math.min(untilLingeredMs, untilIdleMs));
    },
    dispatch,
  };
}
