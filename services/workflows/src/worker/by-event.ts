/** No event waits so much longer than it takes itself. */
const MAX_EXTRA_WAIT_MS = 200;

type OfEvent<T, R> = (eventId: string, ofEvent: readonly T[]) => Promise<readonly R[]>;

/**
 * Handles a list in one call per event, all events at once, and puts the results back into the order of the list.
 *
 * @param handle answers one result per element, in the order given
 */
export async function byEvent<T extends { readonly eventId: string }, R>(
  list: readonly T[],
  handle: OfEvent<T, R>,
): Promise<R[]> {
  const results = new Array<R>(list.length);
  await Promise.all(
    groupByEvent(list).map(async ({ eventId, ofEvent, places }) => {
      const answers = await handle(eventId, ofEvent);
      places.forEach((place, i) => {
        results[place] = answers[i] as R;
      });
    }),
  );
  return results;
}

/**
 * As `byEvent`, but no event waits long for another one: an event that fails, or takes `MAX_EXTRA_WAIT_MS` longer than the
 * first that succeeds, has no results. The call for an event that is late continues; its signal says that it was given up.
 *
 * @param report is told why an event has no results
 * @param givenUp aborted when the results are no longer awaited
 */
export async function byEventApart<T extends { readonly eventId: string }, R>(
  list: readonly T[],
  report: (eventId: string, cause: unknown) => void,
  handle: (...args: [...Parameters<OfEvent<T, R>>, AbortSignal]) => Promise<readonly R[]>,
  givenUp?: AbortSignal,
): Promise<(R | undefined)[]> {
  const results = list.map((): R | undefined => undefined);
  const late = new AbortController();
  const signal = AbortSignal.any([late.signal, ...(givenUp ? [givenUp] : [])]);
  let giveUp = (): void => undefined;
  const over = new Promise<void>((resolve) => (giveUp = resolve));
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  let timer: NodeJS.Timeout | undefined;
  const all = groupByEvent(list).map(async ({ eventId, ofEvent, places }) => {
    try {
      const answers = await handle(eventId, ofEvent, signal);
      signal.throwIfAborted();
      timer ??= setTimeout(
        () => late.abort(new Error(`later than others by ${MAX_EXTRA_WAIT_MS} ms`)),
        MAX_EXTRA_WAIT_MS,
      );
      places.forEach((place, i) => {
        results[place] = answers[i];
      });
    } catch (error) {
      report(eventId, error);
    }
  });
  await Promise.race([Promise.all(all), over]);
  clearTimeout(timer);
  // Node 20 keeps a composite signal, and all that its listener holds, until the listener is removed.
  signal.removeEventListener('abort', giveUp);
  return results;
}

interface Group<T> {
  readonly eventId: string;
  readonly ofEvent: T[];
  /** Where its elements are in the list. */
  readonly places: number[];
}

function groupByEvent<T extends { readonly eventId: string }>(list: readonly T[]): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const [place, element] of list.entries()) {
    const { eventId } = element;
    const group = groups.get(eventId) ?? { eventId, ofEvent: [], places: [] };
    groups.set(eventId, group);
    group.ofEvent.push(element);
    group.places.push(place);
  }
  return [...groups.values()];
}
