import { randomUUID } from 'node:crypto';
import { purchaseIdOf } from '@box-office/contract/derive';
import { newBuyers, returningBuyers } from './buyers.js';
import { closedLoop, countedLoop } from './closed-loop.js';
import { openConnections } from './http-connections.js';
import { openLoop } from './open-loop.js';
import type { Attempt, Recorded } from './recorder.js';
import { createTallyRecorder, type PurchaseTally } from './purchase-tally.js';

/** The gateway derives the purchase id from this route. */
const PATH = '/api/tickets/purchase';
const ROUTE = `POST ${PATH}`;
const TIMEOUT_MS = 60_000;
/** Buyers whose tokens are signed in advance: enough for the fastest step, and at most 60 MB. */
const MAX_PREPARED_BUYERS = 60_000;
const MAX_PER_SECOND = 4_000;
const MAX_REPORTED = 1_000;

/** Number and timing of the requests. Times in ms. */
export type LoadProfile =
  | { readonly kind: 'closed'; readonly buyers: number; readonly warmUpMs: number; readonly measureMs: number }
  | {
      readonly kind: 'counted';
      readonly buyers: number;
      readonly total: number;
      readonly markEvery: number;
      readonly limitMs: number;
    }
  | { readonly kind: 'open'; readonly perSecond: number; readonly warmUpMs: number; readonly measureMs: number };

/** A load of purchases over HTTP, one ticket each. Plain data, because it is sent to the generator process. */
export interface PurchaseLoad {
  /** The gateways; connections are distributed evenly. */
  readonly urls: readonly string[];
  readonly jwtSecret: string;
  /** Used in turn. */
  readonly eventIds: readonly string[];
  /** Payment methods, used in turn. With several methods, the latencies of each are also reported separately. */
  readonly methods: readonly string[];
  /** Number of buyers who send all requests, each with a new key. By default every request has a new buyer. */
  readonly returning?: number;
  readonly profile: LoadProfile;
  /** Status code of the answers that are measured. */
  readonly counts: number;
}

export interface LoadOutcome extends Recorded {
  /** Answers by status code, warm-up included; `error` means no answer. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly tally: PurchaseTally;
  /** Purchases without a final answer: 202 or no answer. At most a thousand. */
  readonly undecided: readonly string[];
  /** The first answer with a status code other than 201, 202 and `counts`. */
  readonly oddAnswer?: string;
}

/** Runs a load. @param onMark see `countedLoop` */
export async function runPurchaseLoad(load: PurchaseLoad, onMark: (ended: number) => void): Promise<LoadOutcome> {
  const connections = openConnections(load.urls, TIMEOUT_MS);
  const nextBuyer =
    load.returning === undefined
      ? newBuyers(load.jwtSecret, expectedRequests(load.profile))
      : returningBuyers(load.jwtSecret, load.returning);
  const tallyRecorder = createTallyRecorder();
  const statuses: Record<string, number> = {};
  const undecided: string[] = [];
  const bodies = bodiesOf(load);
  let oddAnswer: string | undefined;
  let turn = 0;

  const attempt: Attempt = async () => {
    const { subject, token } = nextBuyer();
    const key = randomUUID();
    const request = bodies[turn++ % bodies.length] as Body;
    const answer = await connections.send(requestText(token, key, request.text));
    const status = answer?.status ?? 'error';
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (answer?.status === 201) tallyRecorder.recordAnswer(request.eventId, answer.body);
    else if ((status === 'error' || status === 202) && undecided.length < MAX_REPORTED) {
      undecided.push(purchaseIdOf(ROUTE, subject, key));
    } else if (status !== load.counts) oddAnswer ??= `${status} ${answer?.body ?? ''}`;
    return { counts: status === load.counts, ...(load.methods.length > 1 && { kind: request.method }) };
  };

  const recorded = await runProfile(load.profile, attempt, onMark);
  connections.close();
  return {
    ...recorded,
    statuses,
    tally: tallyRecorder.tally(),
    undecided,
    ...(oddAnswer !== undefined && { oddAnswer }),
  };
}

function runProfile(profile: LoadProfile, attempt: Attempt, onMark: (ended: number) => void): Promise<Recorded> {
  switch (profile.kind) {
    case 'closed':
      return closedLoop({ ...profile, concurrency: profile.buyers, attempt });
    case 'counted':
      return countedLoop({ ...profile, concurrency: profile.buyers, onMark, attempt });
    case 'open':
      return openLoop({ ...profile, attempt });
  }
}

function expectedRequests(profile: LoadProfile): number {
  if (profile.kind === 'counted') return Math.min(profile.total, MAX_PREPARED_BUYERS);
  const perSecond = profile.kind === 'open' ? profile.perSecond : MAX_PER_SECOND;
  return Math.min(Math.ceil((perSecond * (profile.warmUpMs + profile.measureMs)) / 1_000), MAX_PREPARED_BUYERS);
}

interface Body {
  readonly eventId: string;
  readonly method: string;
  readonly text: string;
}

/** Every combination of event and payment method. */
function bodiesOf(load: PurchaseLoad): Body[] {
  return load.eventIds.flatMap((eventId) =>
    load.methods.map((method) => ({
      eventId,
      method,
      text: JSON.stringify({ eventId, quantity: 1, payment: { method } }),
    })),
  );
}

function requestText(token: string, key: string, body: string): string {
  return (
    `POST ${PATH} HTTP/1.1\r\nHost: box-office\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: ${key}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
}
