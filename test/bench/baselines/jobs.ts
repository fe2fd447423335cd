import type { Measured } from '../load/recorder.js';
import type { PurchaseTally } from '../load/purchase-tally.js';

// What the bench and the helpers that measure baselines agree on. Pure: the no-op workflow's code imports it.

export const NOOP_TASK_QUEUE = 'bench-noop';
export const NOOP_CHANNEL = 'bench_noop';

/** A closed loop of so many callers. Times in ms. */
interface ClosedLoopJob {
  readonly concurrency: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/**
 * Who tells that a no-op workflow has run:
 * - `sink`: the worker, beside the workflow; the history has nothing but the workflow's start and end;
 * - `local activity`: a local activity, as in the purchase workflow; one event more in the history.
 */
export type NoopKind = 'sink' | 'local activity';

export interface NoopServers {
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly redisUrl: string;
  /** As the purchase workers of the same run have it. */
  readonly maxCachedWorkflows: number;
}

export interface NoopJob extends NoopServers, ClosedLoopJob {
  readonly kind: NoopKind;
}

export interface NoopResult {
  readonly measured: Measured;
  /** Workflows started, warm-up included. */
  readonly started: number;
}

/** Calls the purchase's steps directly. Addresses of everything that they use. */
export interface DirectJob extends ClosedLoopJob {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly amqpUrl: string;
  readonly paymentUrl: string;
  readonly eventId: string;
  /** Most purchases in one call of a step; 1 is a call of each step for each purchase. */
  readonly maxPerCall: number;
}

export interface DirectResult {
  readonly measured: Measured;
  readonly tally: PurchaseTally;
}

/** Takes reservations and nothing else. */
export interface LuaJob extends ClosedLoopJob {
  readonly redisUrl: string;
  readonly eventId: string;
  /** The generation that PostgreSQL names for the event. */
  readonly generation: number;
}

export interface LuaResult {
  readonly measured: Measured;
  /** Reservations made, warm-up included; all were given back afterwards. */
  readonly reserved: number;
  readonly distinctSerials: number;
}

/**
 * Serves a constant answer:
 * - `hono`: a bare Hono endpoint;
 * - `middleware`: the gateway's own application up to the purchase itself (token, body, checks, problem details, log,
 *   metrics), where "sold out" is the answer to everything.
 */
export interface ConstantServerJob {
  readonly kind: 'hono' | 'middleware';
  readonly jwtSecret: string;
}

export interface ConstantServerResult {
  readonly url: string;
}
