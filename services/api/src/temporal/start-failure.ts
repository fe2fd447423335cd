import { grpcStatus } from './grpc-status.js';

/**
 * Why a start failed. `uncertain`: the call may have reached Temporal. `not_taken`: it certainly did not start anything;
 * `isRetryable` unless Temporal would refuse the same call again.
 */
export interface StartFailure {
  readonly kind: 'uncertain' | 'not_taken';
  readonly cause: string;
  readonly isRetryable: boolean;
  readonly retryAfterS: number;
}

/** gRPC status codes (https://grpc.github.io/grpc/core/md_doc_statuscodes.html) with which the server itself refuses. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [3, 'INVALID_ARGUMENT'],
  [5, 'NOT_FOUND'],
  [7, 'PERMISSION_DENIED'],
  [9, 'FAILED_PRECONDITION'],
  [12, 'UNIMPLEMENTED'],
  [16, 'UNAUTHENTICATED'],
]);
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;

/**
 * Details with which the gRPC client fails a call for which it had no connection. Any other UNAVAILABLE call may have been
 * sent. A test checks this against a closed port.
 */
const NEVER_SENT = /^(?:No connection established|Name resolution failed)/;

/** Errors of the SDK that hide the status NOT_FOUND: the namespace is not there. */
const NOT_FOUND_ERRORS = new Set(['NamespaceNotFoundError', 'WorkflowNotFoundError']);

/** Reads the gRPC status out of an error of the Temporal client; an unknown error is uncertain. */
export function classifyStartFailure(error: unknown): StartFailure {
  if (error instanceof Error && NOT_FOUND_ERRORS.has(error.name)) {
    return { kind: 'not_taken', cause: String(error), isRetryable: false, retryAfterS: 30 };
  }
  const status = grpcStatus(error);
  if (status === undefined) {
    return { kind: 'uncertain', cause: String(error), isRetryable: true, retryAfterS: 1 };
  }
  const { code, details } = status;
  const refused = REFUSED.get(code);
  if (refused !== undefined) {
    return { kind: 'not_taken', cause: `${refused}: ${details}`, isRetryable: false, retryAfterS: 30 };
  }
  const cause = `gRPC status ${code}: ${details}`;
  if (code === RESOURCE_EXHAUSTED) return { kind: 'not_taken', cause, isRetryable: true, retryAfterS: 2 };
  if (code === UNAVAILABLE && NEVER_SENT.test(details)) {
    return { kind: 'not_taken', cause, isRetryable: true, retryAfterS: 2 };
  }
  return { kind: 'uncertain', cause, isRetryable: true, retryAfterS: 1 };
}
