/** The status of a failed gRPC call, which the Temporal client wraps in errors of its own. */
export function grpcStatus(error: unknown): { readonly code: number; readonly details: string } | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if ('code' in cause && typeof cause.code === 'number' && 'details' in cause && typeof cause.details === 'string') {
      return { code: cause.code, details: cause.details };
    }
  }
  return undefined;
}
