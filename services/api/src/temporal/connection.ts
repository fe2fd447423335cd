import { InterceptingCall } from '@grpc/grpc-js';
import type { Interceptor } from '@grpc/grpc-js';
import { Connection } from '@temporalio/client';
import type { ConnectionOptions, Metadata } from '@temporalio/client';

/** The header by which Temporal's frontends and proxies route a call. */
const NAMESPACE_HEADER = 'temporal-namespace';

/**
 * A connection for calls that serve requests: each has a deadline, and none is repeated by the SDK, whose retries would
 * hide whether a start that failed in the end had been sent before.
 *
 * @param o.callMs deadline of a call that is given none by `withDeadline`
 */
export function connectToTemporal(o: { options: ConnectionOptions; namespace: string; callMs: number }): Connection {
  return LeanConnection.lazy({
    ...o.options,
    metadata: { ...o.options.metadata, [NAMESPACE_HEADER]: o.namespace },
    interceptors: [endCallsWithin(o.callMs)],
  });
}

/**
 * Keeps AsyncLocalStorage out of the way of purchases. The SDK runs every call in one, for the namespace's header or for
 * a deadline, and where one was ever run Node 20 and 22 follow each promise of the process by hooks: that is some 15% of
 * the CPU time of a short answer. Here the header is the connection's own, deadlines come from the interceptor, and after
 * a call that does need the storage it is switched off again.
 */
class LeanConnection extends Connection {
  private inStorage = 0;

  override withMetadata<R>(metadata: Metadata, fn: () => Promise<R>): Promise<R> {
    const names = Object.keys(metadata);
    const known = names.length === 1 && metadata[NAMESPACE_HEADER] === this.options.metadata[NAMESPACE_HEADER];
    return known ? fn() : this.stored(() => super.withMetadata(metadata, fn));
  }

  override withDeadline<R>(deadline: number | Date, fn: () => Promise<R>): Promise<R> {
    return this.stored(() => super.withDeadline(deadline, fn));
  }

  private async stored<R>(run: () => Promise<R>): Promise<R> {
    this.inStorage++;
    try {
      return await run();
    } finally {
      if (--this.inStorage === 0) this.callContextStorage.disable();
    }
  }
}

function endCallsWithin(limitMs: number): Interceptor {
  return (options, next) =>
    new InterceptingCall(next({ ...options, deadline: options.deadline ?? Date.now() + limitMs }));
}
