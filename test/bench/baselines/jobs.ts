import type { Measured } from '../load/recorder.js';
import type { PurchaseTally } from '../load/purchase-tally.js';

// The messages between the bench and its helper processes. Pure, because the no-op workflow imports it.

export const NOOP_TASK_QUEUE = 'bench-noop';
export const NOOP_CHANNEL = 'bench_noop';

/** A closed loop with `concurrency` callers. Times in ms. */
interface ClosedLoopJob {
  readonly concurrency: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/**
 * How the end of a no-op workflow is published:
 * - `sink`: by a sink of the worker; the history has only the workflow's start and end
 * - `local_activity`: by a local activity, as in the purchase workflow; one more event in the history
 */
export type NoopKind = 'sink' | 'local_activity';

export interface NoopServers {
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly redisUrl: string;
  /** As in the purchase workers of the same run. */
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

/** Calls the purchase's steps directly. Has the addresses of all servers that they use. */
export interface DirectJob extends ClosedLoopJob {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly amqpUrl: string;
  readonly paymentUrl: string;
  readonly eventId: string;
  /** Maximum number of purchases in one call of a step; 1 calls each step for each purchase. */
  readonly maxPerCall: number;
}

export interface DirectResult {
  readonly measured: Measured;
  readonly tally: PurchaseTally;
}

/** Makes reservations only. */
export interface LuaJob extends ClosedLoopJob {
  readonly redisUrl: string;
  readonly eventId: string;
  /** The event's inventory generation in PostgreSQL. */
  readonly generation: number;
}

export interface LuaResult {
  readonly measured: Measured;
  /** Reservations made, warm-up included; all were released afterwards. */
  readonly reserved: number;
  readonly distinctSerials: number;
}

/**
 * Serves a constant answer:
 * - `hono`: a bare Hono endpoint
 * - `middleware`: the gateway's application without the purchase itself (token, body, checks, problem details, log,
 *   metrics), which answers every purchase with "sold out"
 */
export interface ConstantServerJob {
  readonly kind: 'hono' | 'middleware';
  readonly jwtSecret: string;
}

export interface ConstantServerResult {
  readonly url: string;
}
