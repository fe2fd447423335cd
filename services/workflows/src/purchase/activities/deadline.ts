/** What is waited for until the time is over, or the activity is given up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Rejects at the deadline. The work itself continues: a repeated step finds its effect. */
  wait<T>(promise: Promise<T>): Promise<T>;
  /** To be called when nothing is waited for any more. */
  close(): void;
}

/**
 * Begins a time limit inside another one.
 *
 * Not `AbortSignal.any` over `AbortSignal.timeout`: on Node 20 the latter is weakly referenced, and never fires once
 * it is collected, while the listeners of the former are never released.
 *
 * @param outer ends this one, too
 */
export function openDeadline(outer: AbortSignal, ms: number): Deadline {
  const over = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    over.signal.addEventListener('abort', () => reject(over.signal.reason as Error), { once: true });
  });
  // It may reject while no caller waits.
  ended.catch(() => undefined);
  const timer = setTimeout(() => end(new Error(`not done within ${ms} ms`)), ms);
  const giveUp = (): void => end(outer.reason);
  function end(reason: unknown): void {
    close();
    over.abort(reason);
  }
  function close(): void {
    clearTimeout(timer);
    outer.removeEventListener('abort', giveUp);
  }
  if (outer.aborted) giveUp();
  else outer.addEventListener('abort', giveUp, { once: true });
  return {
    signal: over.signal,
    wait(promise) {
      promise.catch(() => undefined);
      return Promise.race([promise, ended]);
    },
    close,
  };
}
