export interface Batcher<D> {
  add(delivery: D): void;
  /** Drops the deliveries whose batch has not begun. */
  clear(): void;
  /** Dispatches what is waiting now; resolves when nothing is left. */
  idle(): Promise<void>;
  /** The oldest delivery, in flight or waiting. */
  oldest(): D | undefined;
}

/**
 * Collects deliveries into batches and processes one batch at a time, in the order of arrival. A batch is dispatched when
 * it is full, or when `waitMs` have passed since its first delivery came and since the batch before it ended: a batch costs
 * the same few statements and commits, whatever its size. The subscription's prefetch bounds how many deliveries wait.
 *
 * @param process must not reject
 */
export function createBatcher<D>(o: {
  size: number;
  waitMs: number;
  process(batch: readonly D[]): Promise<void>;
}): Batcher<D> {
  let waiting: D[] = [];
  let inFlight: readonly D[] = [];
  let running = false;
  let timer: NodeJS.Timeout | undefined;
  const waiters: (() => void)[] = [];

  function dispatch(): void {
    clearTimeout(timer);
    timer = undefined;
    if (running || waiting.length === 0) return;
    running = true;
    void run();
  }

  async function run(): Promise<void> {
    do {
      inFlight = waiting.splice(0, o.size);
      await o.process(inFlight);
    } while (waiting.length >= o.size || (waiters.length > 0 && waiting.length > 0));
    inFlight = [];
    running = false;
    if (waiting.length > 0) timer = setTimeout(dispatch, o.waitMs);
    for (const notify of waiters.splice(0)) notify();
  }

  return {
    add(delivery) {
      waiting.push(delivery);
      if (running) return;
      if (waiting.length >= o.size) dispatch();
      else timer ??= setTimeout(dispatch, o.waitMs);
    },
    clear() {
      waiting = [];
    },
    idle() {
      dispatch();
      return running ? new Promise((resolve) => waiters.push(resolve)) : Promise.resolve();
    },
    oldest: () => inFlight[0] ?? waiting[0],
  };
}
