import { createApiClient, problemText, type ApiClient } from '@box-office/api-client';
import { LauncherFailure } from '../failure.js';

const REQUEST_TIMEOUT_MS = 30_000;

export const demoClient = (o: { url: string; token: string; signal?: AbortSignal }): ApiClient =>
  createApiClient({ ...o, timeoutMs: REQUEST_TIMEOUT_MS });

/** @throws LauncherFailure with the text of the problem if the call was refused */
export async function expectData<A extends { data?: unknown; error?: unknown; response: Response }>(
  what: string,
  call: Promise<A>,
): Promise<NonNullable<A['data']>> {
  const answer = await call;
  if (answer.data !== undefined) return answer.data as NonNullable<A['data']>;
  const text = `${what}: the gateway answered ${answer.response.status} ${problemText(answer.error)}`;
  throw new LauncherFailure(text.trimEnd());
}
