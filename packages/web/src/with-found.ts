/**
 * The handler of a request about one thing: reads it, then answers with what `handle` makes of it. Where `find` gives a
 * response instead, that is the answer.
 */
export const withFound =
  <C, Deps, Found extends object>(
    find: (c: C, deps: Deps) => Promise<Found | Response>,
    handle: (c: C, found: Found, deps: Deps) => Response | Promise<Response>,
  ) =>
  async (c: C, deps: Deps): Promise<Response> => {
    const found = await find(c, deps);
    return found instanceof Response ? found : handle(c, found, deps);
  };
