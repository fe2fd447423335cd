/**
 * Handles a list in one call per event, all events at once, and puts the results back into the order of the list.
 *
 * @param handle answers one result per element, in the order given
 */
export async function byEvent<T extends { readonly eventId: string }, R>(
  list: readonly T[],
  handle: (eventId: string, ofEvent: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const places = new Map<string, number[]>();
  list.forEach((element, place) => {
    const known = places.get(element.eventId);
    if (known) known.push(place);
    else places.set(element.eventId, [place]);
  });
  const results = new Array<R>(list.length);
  await Promise.all(
    [...places].map(async ([eventId, ofEvent]) => {
      const answers = await handle(
        eventId,
        ofEvent.map((place) => list[place] as T),
      );
      ofEvent.forEach((place, i) => {
        results[place] = answers[i] as R;
      });
    }),
  );
  return results;
}
