const TIMEOUT_MS = 5_000;

/** The answer of a process at one of its paths. Rejects if there is none in time. */
export const get = (url: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(new URL(path, url), { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
