import { randomUUID } from 'node:crypto';
import { purchaseIdOf } from '@box-office/contract/derive';
import { newBuyers, returningBuyers } from './buyers.js';
import { closedLoop, countedLoop } from './closed-loop.js';
import { openConnections } from './http-connections.js';
import { openLoop } from './open-loop.js';
import type { Attempt, Recorded } from './recorder.js';
import { createTallyRecorder, type PurchaseTally } from './purchase-tally.js';

/** As the gateway derives the purchase's id; see `POST /api/tickets/purchase`. */
const PATH = '/api/tickets/purchase';
const ROUTE = `POST ${PATH}`;
const TIMEOUT_MS = 60_000;
/** Buyers signed up before the clock starts: enough for the fastest step, and no more than 60 MB. */
const MAX_PREPARED_BUYERS = 60_000;
const MAX_PER_SECOND = 4_000;
const MAX_REPORTED = 1_000;

/** How the requests follow each other. Times in ms. */
export type Pace =
  | { readonly kind: 'closed'; readonly buyers: number; readonly warmUpMs: number; readonly measureMs: number }
  | {
      readonly kind: 'counted';
      readonly buyers: number;
      readonly total: number;
      readonly markEvery: number;
      readonly limitMs: number;
    }
  | { readonly kind: 'open'; readonly perSecond: number; readonly warmUpMs: number; readonly measureMs: number };

/** One load of purchases over HTTP, one ticket each; plain data, because another process generates it. */
export interface PurchaseLoad {
  /** The gateways, among which connections are shared out evenly. */
  readonly urls: readonly string[];
  readonly jwtSecret: string;
  /** Taken in turn. */
  readonly eventIds: readonly string[];
  /** Payment methods, taken in turn; the latencies of each are also reported separately where there are several. */
  readonly methods: readonly string[];
  /** So many buyers who come again and again, each time with a new key; a new buyer for each request without it. */
  readonly returning?: number;
  readonly pace: Pace;
  /** Status of the answers that are measured. */
  readonly counts: number;
}

export interface LoadOutcome extends Recorded {
  /** Answers by status, warm-up included; `error` is no answer at all. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly tally: PurchaseTally;
  /** Purchases without a final answer: 202, or no answer at all. At most a thousand of them. */
  readonly undecided: readonly string[];
  /** The first of the answers that are none of 201, 202 and what counts, for the reader. */
  readonly oddAnswer?: string;
}

/** Runs a load to its end. @param onMark see `countedLoop` */
export async function runPurchaseLoad(load: PurchaseLoad, onMark: (ended: number) => void): Promise<LoadOutcome> {
  const connections = openConnections(load.urls, TIMEOUT_MS);
  const nextBuyer =
    load.returning === undefined
      ? newBuyers(load.jwtSecret, expectedRequests(load.pace))
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

  const recorded = await paced(load.pace, attempt, onMark);
  connections.close();
  return {
    ...recorded,
    statuses,
    tally: tallyRecorder.tally(),
    undecided,
    ...(oddAnswer !== undefined && { oddAnswer }),
  };
}

function paced(pace: Pace, attempt: Attempt, onMark: (ended: number) => void): Promise<Recorded> {
  switch (pace.kind) {
    case 'closed':
      return closedLoop({ ...pace, concurrency: pace.buyers, attempt });
    case 'counted':
      return countedLoop({ ...pace, concurrency: pace.buyers, onMark, attempt });
    case 'open':
      return openLoop({ ...pace, attempt });
  }
}

function expectedRequests(pace: Pace): number {
  if (pace.kind === 'counted') return Math.min(pace.total, MAX_PREPARED_BUYERS);
  const perSecond = pace.kind === 'open' ? pace.perSecond : MAX_PER_SECOND;
  return Math.min(Math.ceil((perSecond * (pace.warmUpMs + pace.measureMs)) / 1_000), MAX_PREPARED_BUYERS);
}

interface Body {
  readonly eventId: string;
  readonly method: string;
  readonly text: string;
}

/** Every event meets every payment method. */
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
