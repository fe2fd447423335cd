export interface Batcher<D> {
  add(delivery: D): void;
  /** Forgets what has not been begun. */
  clear(): void;
  /** Begins at once with what is there; resolves when nothing is left. */
  idle(): Promise<void>;
  /** The delivery that has been here longest, begun or not. */
  oldest(): D | undefined;
}

/**
 * Gathers deliveries into batches and processes one batch at a time, in the order of arrival. A batch begins when it is
 * full, when its first delivery has waited for `waitMs`, or as soon as the batch before it ends: under load the wait
 * disappears. How much can gather is bounded by the subscription's prefetch.
 *
 * @param process must not reject
 */
export function createBatcher<D>(o: {
  size: number;
  waitMs: number;
  process(batch: readonly D[]): Promise<void>;
}): Batcher<D> {
  let gathered: D[] = [];
  let inHand: readonly D[] = [];
  let running = false;
  let timer: NodeJS.Timeout | undefined;
  const waiters: (() => void)[] = [];

  function begin(): void {
    clearTimeout(timer);
    timer = undefined;
    if (running || gathered.length === 0) return;
    running = true;
    void run();
  }

  async function run(): Promise<void> {
    while (gathered.length > 0) {
      inHand = gathered.splice(0, o.size);
      await o.process(inHand);
    }
    inHand = [];
    running = false;
    for (const notify of waiters.splice(0)) notify();
  }

  return {
    add(delivery) {
      gathered.push(delivery);
      if (running) return;
      if (gathered.length >= o.size) begin();
      else timer ??= setTimeout(begin, o.waitMs);
    },
    clear() {
      gathered = [];
    },
    idle() {
      begin();
      return running ? new Promise((resolve) => waiters.push(resolve)) : Promise.resolve();
    },
    oldest: () => inHand[0] ?? gathered[0],
  };
}
