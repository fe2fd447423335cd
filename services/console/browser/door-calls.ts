import type { Admission, DoorList, ListEntry, Outcome, OwnAdmission } from './door-store.js';

/** No answer, or none that says anything. */
export class NoAnswer extends Error {}
/** An answer that is not for the person who is signed in. */
export class NoAccess extends Error {}
/** The session has ended. */
class SignedOut extends NoAccess {}
/** Somebody is signed in who does not work at the doors of this event. */
export class NotAssigned extends NoAccess {}

/** Longer than the gateway's own deadlines would keep somebody waiting at the door. */
const CALL_TIMEOUT_MS = 5_000;
/** It can be asked again soon; a person at the door cannot wait for that. */
const TOO_MANY = 429;

/** @throws NoAnswer, SignedOut, NotAssigned */
export async function call(url: string, init: RequestInit = {}): Promise<Response> {
  const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
  const response = await fetch(url, { ...init, signal }).catch(() => null);
  if (response === null || response.status === TOO_MANY || response.status >= 500) throw new NoAnswer();
  if (response.status === 401) throw new SignedOut();
  if (response.status === 403) throw new NotAssigned();
  return response;
}

/** @throws NoAnswer also if the answer breaks off */
export async function callForText(url: string, init: RequestInit): Promise<string> {
  const response = await call(url, init);
  return response.text().catch(() => Promise.reject(new NoAnswer()));
}

async function callForJson<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await call(url, init);
  if (!response.ok) throw new NoAnswer();
  return response.json().catch(() => Promise.reject(new NoAnswer())) as Promise<T>;
}

type ListPage = Omit<DoorList, 'clockAheadMs'> & {
  readonly whole: boolean;
  readonly entries: readonly ListEntry[];
  readonly next: string | null;
};

/** Reads the list of an event: what has changed since the position, or all of it. */
export async function readList(
  eventId: string,
  since: string | undefined,
): Promise<{ readonly list: DoorList; readonly entries: readonly ListEntry[]; readonly whole: boolean }> {
  const entries: ListEntry[] = [];
  const query = new URLSearchParams({ event: eventId, ...(since !== undefined && { since }) });
  let first: ListPage | undefined;
  let clockAheadMs = 0;
  for (;;) {
    const page = await callForJson<ListPage>(`/door/list?${query.toString()}`);
    if (first === undefined) clockAheadMs = Date.parse(page.asOf) - Date.now();
    first ??= page;
    entries.push(...page.entries);
    if (page.next === null) break;
    query.set('after', page.next);
  }
  const { keys, opensAt, closesAt, cancelled, position, asOf, whole } = first;
  return { list: { eventId, keys, opensAt, closesAt, cancelled, position, asOf, clockAheadMs }, entries, whole };
}

interface ReportedCheckIn {
  readonly key: string;
  readonly result: string;
  readonly ticket: string;
  readonly admission: Admission | null;
}

/** Reports admissions. @returns what the box office says of each */
export async function reportAdmissions(
  eventId: string,
  admissions: readonly OwnAdmission[],
): Promise<ReadonlyMap<string, Outcome>> {
  const checkIns = admissions.map(({ key, code, gate, admittedAt }) => ({ key, code, gate, admittedAt }));
  const { reported } = await callForJson<{ reported: readonly ReportedCheckIn[] }>('/door/report', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ event: eventId, checkIns }),
  });
  return new Map(reported.map(({ key, result, ticket, admission }) => [key, { result, ticket, other: admission }]));
}
