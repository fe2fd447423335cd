import { setTimeout as sleep } from 'node:timers/promises';
import type { IdempotencyRecord } from '@box-office/contract';
import type { Logger } from '@box-office/platform';
import type { z } from 'zod';
import type { IdempotencyStore, StoredRecord } from './idempotency-store.js';
import { createResend, type Resend } from './resend.js';
import type { Known, Start, StartDecision } from './start-decision.js';

/** Times that a request follows a record that others change before it is answered with 503. */
const MAX_ROUNDS = 5;
/** Between two reads of the record of another request that is being decided. */
const FOLLOW_MIN_MS = 20;
const FOLLOW_MAX_MS = 250;
/** Longest time between a request's admission and its start, without the start itself. */
const BEFORE_START_MS = 3_000;

/** A request with an idempotency key, after its checks. */
export interface KeyedRequest {
  /** Identifies the content of the request. */
  readonly fingerprint: string;
  readonly userId: string;
  readonly eventId: string;
  readonly requestId: string;
}

/** Replies that any such request may get. `repeat`: an earlier request with the same key brought it about. */
export type KeyReply =
  | { readonly kind: 'open'; readonly repeat: boolean }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'in_flight'; readonly retryAfterS: number }
  | { readonly kind: 'unavailable'; readonly detail: string; readonly retryAfterS: number };

/** The record of a key that this request has put there and owns. */
export interface OwnedKey {
  /** JSON of the event's read model; null where Redis has none. */
  readonly event: string | null;
  /** An earlier request may have started the workflow: then only the workflow may refuse. */
  readonly workflowMayExist: boolean;
  /** When the buyer is answered with what is known by then; epoch ms. */
  readonly untilMs: number;
}

/** What came of a start; `record` is what the key's record becomes before the reply is known, null to leave it. */
export type StartResult<Reply> =
  | { readonly kind: 'not_started'; readonly retryAfterS: number }
  | { readonly kind: 'sent'; readonly record: 'sent' | 'started' | null; reply(): Reply | Promise<Reply> };

export type StartedRecord = Extract<IdempotencyRecord<never>, { state: 'started' }>;

/** What purchases and holds do differently. Every function rejects when a dependency is unavailable. */
export interface KeyedOperation<Request extends KeyedRequest, Outcome, Reply> {
  idOf(request: Request): string;
  /** A request as the record of its key keeps it. */
  readonly keptRequest: z.ZodType<Request>;
  /** Null for a request that is to be admitted; otherwise a refusal that needs no admission. */
  preCheck(request: Request): Promise<Outcome | null> | null;
  /** What PostgreSQL knows under the request's id. */
  find(request: Request): Promise<Known<Outcome, Reply> | null>;
  decide(request: Request, key: OwnedKey): Promise<StartDecision<Outcome, Reply>>;
  start(request: Request, start: Start, key: OwnedKey): Promise<StartResult<Reply>>;
  /** Answers where an earlier request has started the workflow. `take_over`: that workflow may be gone. */
  follow(request: Request, record: StartedRecord, untilMs: number): Promise<Reply | 'take_over'>;
  replyOf(outcome: Outcome, repeat: boolean): Reply;
  /** Error text for a start that Temporal did not take. */
  readonly notStarted: string;
}

interface Deps<Request extends KeyedRequest, Outcome, Reply> {
  store: IdempotencyStore<Outcome>;
  operation: KeyedOperation<Request, Outcome, Reply>;
  /** Names this gateway process in the records that it admits. */
  gatewayId: string;
  /** Longest time that a request waits for its outcome. */
  waitMs: number;
  /** Longest time that `operation.start` takes to learn whether Temporal has the workflow. */
  maxStartMs: number;
  /** Most requests at once in this process; requests above it are refused before they cost anything. */
  maxRequests: number;
  isShuttingDown: () => boolean;
  logger: Logger;
}

/**
 * Gives each idempotency key one outcome, at whichever gateways its requests arrive and whichever process fails.
 *
 * A request puts its record (`admitted`) into Redis. A request that finds a record acts on its state:
 *
 * | state      | meaning                                    | action                                                      |
 * | ---------- | ------------------------------------------ | ----------------------------------------------------------- |
 * | `admitted` | another request is being decided           | poll; past its deadline, or left by this process: take over |
 * | `sent`     | a start was sent and may not have arrived  | take over: send the same start again                        |
 * | `started`  | Temporal has the workflow                  | `follow`                                                    |
 * | `done`     | the outcome is final                       | the same answer                                             |
 *
 * Taking over is a compare-and-set, so one of several requests takes over. If two still work on one id (Redis lost the
 * record), they start the same workflow. A record with another fingerprint means `key_reused`, once PostgreSQL does not
 * say that the key belongs to this request. Where such a record was abandoned, its request is sent again; if nothing is
 * known of that one, this request takes over. A request is never refused before PostgreSQL was asked for its id, and once a
 * start was sent an unknown result is `open`, never `unavailable`.
 */
class IdempotentStart<Request extends KeyedRequest, Outcome, Reply> {
  /** Ids that this process works on: an `admitted` record of its own that is not among them was left behind. */
  private readonly inProgress = new Set<string>();
  private requests = 0;

  private readonly store: IdempotencyStore<Outcome>;
  private readonly operation: KeyedOperation<Request, Outcome, Reply>;
  readonly resend: Resend;

  constructor(private readonly deps: Deps<Request, Outcome, Reply>) {
    ({ store: this.store, operation: this.operation } = deps);
    this.resend = createResend(deps.operation, { repeat: (request) => this.answer(request), logger: deps.logger });
  }

  async answer(request: Request): Promise<Reply | KeyReply> {
    if (this.requests >= this.deps.maxRequests) return unavailable(TOO_MANY_REQUESTS);
    const id = this.operation.idOf(request);
    const isOnly = !this.inProgress.has(id);
    const untilMs = Date.now() + this.deps.waitMs;
    this.inProgress.add(id);
    this.requests++;
    try {
      return (await this.refuseByPreCheck(request)) ?? (await this.admit(request, isOnly, untilMs));
    } finally {
      this.requests--;
      if (isOnly) this.inProgress.delete(id);
    }
  }

  /** Null for a request that is to be admitted. */
  private async refuseByPreCheck(request: Request): Promise<Reply | null> {
    const outcome = await this.operation.preCheck(request);
    if (outcome === null) return null;
    const previous = await this.store.putIfNew(this.operation.idOf(request), doneRecord(request, outcome));
    if (previous === null) return this.operation.replyOf(outcome, false);
    const { record } = previous;
    if (record.fingerprint !== request.fingerprint || record.state !== 'done') return null;
    return this.operation.replyOf(record.outcome, true);
  }

  /** @param isOnly no other request of this process works on the same id */
  private async admit(request: Request, isOnly: boolean, untilMs: number): Promise<Reply | KeyReply> {
    const id = this.operation.idOf(request);
    for (let round = 0, gapMs = FOLLOW_MIN_MS; round < MAX_ROUNDS;) {
      const admitted = this.admittedRecord(request);
      const { previous, event } = await this.store.admit(id, JSON.stringify(admitted), request.eventId);
      // If this process dies first, a buyer who asks for the state has the request repeated.
      const mine = previous === null ? admitted : { ...admitted, request };
      const text = JSON.stringify(mine);
      if (previous !== null) {
        const reply = await this.replyFrom(request, previous, isOnly, untilMs);
        if (reply === 'in_flight') {
          if (Date.now() >= untilMs || this.deps.isShuttingDown()) return { kind: 'in_flight', retryAfterS: 1 };
          await sleep(gapMs);
          gapMs = Math.min(gapMs * 1.5, FOLLOW_MAX_MS);
          continue;
        }
        if (reply !== 'take_over') return reply;
      }
      if (previous === null || (await this.store.replace(id, previous.raw, mine))) {
        const reply = await this.own(request, text, { event, workflowMayExist: previous !== null, untilMs });
        if (reply !== 'changed') return reply;
      }
      round++;
    }
    return unavailable(CHANGES_TOO_FAST);
  }

  /** What the record of an earlier request says. */
  private async replyFrom(
    request: Request,
    { raw, record }: StoredRecord<Outcome>,
    isOnly: boolean,
    untilMs: number,
  ): Promise<Reply | KeyReply | 'take_over' | 'in_flight'> {
    if (record.fingerprint !== request.fingerprint) {
      const id = this.operation.idOf(request);
      // Redis may have lost the record of this request before the other one was put there: then PostgreSQL knows it.
      const known = await this.operation.find(request);
      if (known !== null) return this.replyFromKnown(request, raw, known, untilMs);
      if (record.state === 'done') return { kind: 'key_reused' };
      return this.resend(id, record) === 'request_unknown' ? 'take_over' : 'in_flight';
    }
    switch (record.state) {
      case 'done':
        return this.operation.replyOf(record.outcome, true);
      case 'started':
        return this.operation.follow(request, record, untilMs);
      case 'sent':
        return 'take_over';
      case 'admitted': {
        const isLeftBehind = record.deadlineMs <= Date.now() || (isOnly && record.gateway === this.deps.gatewayId);
        return isLeftBehind ? 'take_over' : 'in_flight';
      }
    }
  }

  /** Decides about the request whose record is `text`. `changed`: another request has replaced that record. */
  private async own(request: Request, text: string, key: OwnedKey): Promise<Reply | KeyReply | 'changed'> {
    let decision: StartDecision<Outcome, Reply>;
    try {
      decision = await this.operation.decide(request, key);
    } catch (error) {
      if (key.workflowMayExist) return this.leaveToWorkflow(request, text);
      this.release(request, text);
      throw error;
    }
    switch (decision.kind) {
      case 'start':
        return this.start(request, decision, text, key);
      case 'known':
        return this.replyFromKnown(request, text, decision.known, key.untilMs);
      case 'refuse': {
        // Answered only once every repeat is certain to get the same.
        const done = doneRecord(request, decision.outcome);
        const isKept = await this.store.replace(this.operation.idOf(request), text, done);
        return isKept ? this.operation.replyOf(decision.outcome, false) : 'changed';
      }
      case 'release':
        this.release(request, text);
        return decision.reply;
    }
  }

  private async start(request: Request, decision: Start, text: string, key: OwnedKey): Promise<Reply | KeyReply> {
    const result = await this.operation.start(request, decision, key);
    if (result.kind === 'sent') {
      if (result.record !== null) this.note(request, text, result.record);
      return result.reply();
    }
    // This start did not arrive, but an earlier one may have.
    if (key.workflowMayExist) return this.leaveToWorkflow(request, text);
    this.release(request, text);
    return unavailable(this.operation.notStarted, result.retryAfterS);
  }

  /** An earlier start may have arrived: what it takes is for its workflow to say, and a repeat has to know of it. */
  private leaveToWorkflow(request: Request, text: string): KeyReply {
    this.note(request, text, 'sent');
    return { kind: 'open', repeat: true };
  }

  /** Redis lost the record: answers as PostgreSQL says, and puts the record back. */
  private async replyFromKnown(
    request: Request,
    expected: string,
    { record, reply }: Known<Outcome, Reply>,
    untilMs: number,
  ): Promise<Reply | KeyReply> {
    await this.store.replace(this.operation.idOf(request), expected, record);
    return record.fingerprint === request.fingerprint ? reply(untilMs) : { kind: 'key_reused' };
  }

  /** Records the state of the request for the other gateways, before its outcome is known. */
  private note(request: Request, expected: string, state: 'sent' | 'started'): void {
    const { fingerprint, userId, eventId } = request;
    const key = { fingerprint, userId, eventId };
    const record: IdempotencyRecord<Outcome> =
      state === 'started' ? { ...key, state, startedMs: Date.now() } : { ...key, state, sentMs: Date.now(), request };
    this.inBackground(request, this.store.replace(this.operation.idOf(request), expected, record));
  }

  private release(request: Request, expected: string): void {
    this.inBackground(request, this.store.release(this.operation.idOf(request), expected));
  }

  private inBackground(request: Request, write: Promise<unknown>): void {
    logFailedWrite(this.deps.logger, write, { id: this.operation.idOf(request), requestId: request.requestId });
  }

  private admittedRecord({ fingerprint, userId, eventId }: Request): IdempotencyRecord<Outcome> {
    const deadlineMs = Date.now() + this.deps.maxStartMs + BEFORE_START_MS;
    return { fingerprint, userId, eventId, state: 'admitted', deadlineMs, gateway: this.deps.gatewayId };
  }
}

/** Answers requests with an idempotency key, and sends lost ones again. See `IdempotentStart`. */
export function createIdempotentStart<Request extends KeyedRequest, Outcome, Reply>(
  deps: Deps<Request, Outcome, Reply>,
): { answer(this: void, request: Request): Promise<Reply | KeyReply>; readonly resend: Resend } {
  const machine = new IdempotentStart(deps);
  return { answer: (request) => machine.answer(request), resend: machine.resend };
}

/** The record of a key that has its outcome. */
export function doneRecord<Outcome>(
  { fingerprint, userId, eventId }: Pick<KeyedRequest, 'fingerprint' | 'userId' | 'eventId'>,
  outcome: Outcome,
): IdempotencyRecord<Outcome> {
  return { fingerprint, userId, eventId, state: 'done', outcome };
}

/** For a write on which no answer depends: without it a repeat is slower, or gets a 409 for some seconds. */
export function logFailedWrite(
  logger: Logger,
  write: Promise<unknown>,
  ids: { readonly id: string; readonly requestId: string },
): void {
  write.catch((error: unknown) => logger.warn({ err: error, ...ids }, 'could not write an idempotency record'));
}

const TOO_MANY_REQUESTS =
  'Too many requests are open at this server. Nothing was charged. Repeat the request with the same idempotency key.';
const CHANGES_TOO_FAST =
  'Other requests with the same idempotency key are being decided. Repeat the request with the same idempotency key: it is carried out once.';

const unavailable = (detail: string, retryAfterS = 1): KeyReply => ({ kind: 'unavailable', detail, retryAfterS });
