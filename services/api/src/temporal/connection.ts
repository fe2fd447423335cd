import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import { Connection, type ConnectionOptions } from '@temporalio/client';

/**
 * A connection for calls that serve requests: each has a deadline, and none is repeated by the SDK, whose retries would
 * hide whether a start that failed in the end had been sent before.
 *
 * @param o.callMs deadline of a call that is given none by `withDeadline`
 */
export function connectToTemporal(o: { options: ConnectionOptions; callMs: number }): Connection {
  return Connection.lazy({
    ...o.options,
    interceptors: [endCallsWithin(o.callMs)],
  });
}

function endCallsWithin(limitMs: number): Interceptor {
  return (options, next) =>
    new InterceptingCall(next({ ...options, deadline: options.deadline ?? Date.now() + limitMs }));
}
