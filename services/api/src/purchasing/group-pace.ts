/** How many groups may be in flight, and how long the next one gathers. */
export interface PaceLimits {
  /** Groups in flight before the next one gathers. */
  readonly slots: number;
  /** Who comes together has come when nobody came for so long: in times of what a start takes. */
  readonly quiet: number;
  /** How long a group gathers at most while no slot is free: in times of what a start takes. */
  readonly gather: number;
  /** Longest that a group gathers, however slow starts are. */
  readonly maxGatherMs: number;
  /** A group gives its slot back after this time at the latest. */
  readonly slotMs: number;
  /** Purchases under way beyond which no group goes. */
  readonly maxUnderWay: number;
}

/** One group on its way. */
export interface Flight {
  /** Its workflow was accepted after so long. */
  accepted(tookMs: number): void;
  /** One of its purchases is over. Call it once for each. */
  leave(): void;
}

export interface GroupPace {
  /**
   * How long the next group must still wait, 0 if it may go.
   *
   * @param gatheringMs since when it gathers
   * @param quietMs since when nobody has come
   * @param isFull more than wait now do not fit
   */
  stillToWaitMs(gatheringMs: number, quietMs: number, isFull: boolean): number;
  /** A group of so many purchases goes now. */
  depart(purchases: number): Flight;
}

/** What a start takes where nothing else is going on; the first guess, soon replaced by what is seen. */
const FIRST_START_MS = 5;
/** Weight of the last start in the running mean. */
const LAST_START = 1 / 8;
/** How often to look again while too many purchases are under way. */
const STANDSTILL_MS = 100;

/**
 * Decides when the next group may go.
 *
 * A group is in flight, and has a slot, until all of its purchases are over or `slotMs` have passed: who takes longer
 * waits for the payment provider and costs nothing meanwhile. The next group goes
 *
 * - at once if a slot is free, or if it is full: waiting would gain nothing, and limit what can be sold in a second;
 * - else when nobody has come for a moment: buyers who were answered together come back together, and then they have come;
 * - or when it has gathered for long enough, so that nobody waits for another's payment;
 * - not while `maxUnderWay` purchases are under way.
 *
 * Gathering is measured in what a start takes at present. That grows with the load of Temporal and of the machine and not
 * with the payment provider's slowness: groups are large where workflows are dear, and nobody waits where they are not.
 *
 * @param onSlotFree called when a slot was given back
 */
export function createGroupPace(limits: PaceLimits, onSlotFree: () => void): GroupPace {
  let inFlight = 0;
  let underWay = 0;
  let startMs = FIRST_START_MS;

  function depart(purchases: number): Flight {
    let left = purchases;
    let hasSlot = true;
    const giveBack = (): void => {
      if (!hasSlot) return;
      hasSlot = false;
      clearTimeout(timer);
      inFlight--;
      onSlotFree();
    };
    underWay += purchases;
    inFlight++;
    const timer = setTimeout(giveBack, limits.slotMs).unref();
    if (left === 0) giveBack();
    return {
      accepted: (tookMs) => void (startMs += (tookMs - startMs) * LAST_START),
      leave() {
        underWay--;
        left--;
        if (left === 0) giveBack();
      },
    };
  }

  return {
    stillToWaitMs(gatheringMs, quietMs, isFull) {
      if (underWay >= limits.maxUnderWay) return STANDSTILL_MS;
      if (inFlight < limits.slots || isFull) return 0;
      const untilFullMs = Math.min(limits.gather * startMs, limits.maxGatherMs) - gatheringMs;
      const untilQuietMs = limits.quiet * startMs - quietMs;
      return Math.max(0, Math.min(untilFullMs, untilQuietMs));
    },
    depart,
  };
}
