import { grpcStatus } from '../../temporal/grpc-status.js';

/** SQLSTATE classes and codes of a PostgreSQL that is unavailable, starting, stopping, out of resources, or too slow. */
const SQLSTATE = /^(?:08|53|57P|58)|^(?:57014|55P03|40001|40P01|25P03|25006)/;
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** First word of a Redis error reply that a later attempt may not get. */
const REDIS_REPLIES =
  /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|NOREPLICAS|OOM|MISCONF|BUSY|UNKILLABLE)\b/;
/** Errors with no code that pg, ioredis and `withTimeout` throw. */
const MESSAGES =
  /^(?:Connection terminated|timeout exceeded when trying to connect|timeout expired|no answer within|Query read timeout|Client has encountered a connection error|Command timed out|Connection is closed|Stream isn't writeable|Reached the max retries per request limit|Socket closed|Cannot use a pool after calling end)/i;

/** gRPC status codes of a Temporal that is unavailable or busy: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const GRPC_CODES = new Set([4, 8, 14]);
/** INVALID_ARGUMENT, and UNKNOWN, with which Temporal's SQL stores answer a page token that they cannot read. */
const GRPC_NOT_UNDERSTOOD = new Set([2, 3]);

/** Whether Temporal says that an argument is invalid. */
export const isBadArgument = (error: unknown): boolean => GRPC_NOT_UNDERSTOOD.has(grpcStatus(error)?.code ?? -1);

/**
 * Whether an error says that a dependency is unavailable or busy, so that the same request may succeed later (503), rather
 * than that this program has a bug (500).
 */
export function isDependencyUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (GRPC_CODES.has(grpcStatus(error)?.code ?? -1)) return true;
  if (SYSTEM_CODES.has(code) || SQLSTATE.test(code)) return true;
  if (REDIS_REPLIES.test(error.message) || MESSAGES.test(error.message)) return true;
  if (error instanceof AggregateError) return error.errors.some(isDependencyUnavailable);
  return error.cause !== undefined && isDependencyUnavailable(error.cause);
}
