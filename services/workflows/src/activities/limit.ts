/** What is waited for until the time is over, or the activity is given up. */
export interface Limit {
  readonly signal: AbortSignal;
  /** Rejects at the end of the time; the work itself goes on, and whoever takes the step again meets what it did. */
  within<T>(work: Promise<T>): Promise<T>;
  /** To be called when nothing is waited for any more. */
  close(): void;
}

/**
 * Begins a time limit inside another one.
 *
 * Not `AbortSignal.any` over `AbortSignal.timeout`: on Node 20 nobody keeps the latter, so that the time is never over once
 * the garbage collector has passed, and what listens to the former is kept for ever.
 *
 * @param outer ends this one, too
 */
export function openLimit(outer: AbortSignal, ms: number): Limit {
  const over = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    over.signal.addEventListener('abort', () => reject(over.signal.reason as Error), { once: true });
  });
  // Nobody needs to wait for it.
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
    within(work) {
      work.catch(() => undefined);
      return Promise.race([work, ended]);
    },
    close,
  };
}
