/**
 * A state that a store, a script or another process reports, as one of those that are known.
 *
 * @param what names what is in the state, for the error
 * @throws Error for any other state: no branch may act on an unplanned state
 */
export function knownState<S extends string>(known: readonly S[], state: unknown, what: string): S {
  const found = known.find((one) => one === state);
  if (found === undefined) throw new Error(`${what} is in an unknown state: ${String(state)}`);
  return found;
}

/** Ends a `switch` over all states: it compiles only if each is listed. @throws Error for one that is not */
export function unknownState(what: string, state: never): never {
  throw new Error(`${what} is in an unknown state: ${JSON.stringify(state)}`);
}
