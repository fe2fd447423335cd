import { asyncLocalStorage, type Context } from '@temporalio/activity';

/** Does this as an activity. */
export function inActivity<T>(
  work: () => Promise<T>,
  { attempt = 1, signal = new AbortController().signal }: { attempt?: number; signal?: AbortSignal } = {},
): Promise<T> {
  return asyncLocalStorage.run({ cancellationSignal: signal, info: { attempt } } as Context, work);
}
