import type { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';

/** A fifth of the shortest heartbeat timeout. */
const HEARTBEAT_INTERVAL_MS = 1_000;

/**
 * Heartbeats while a regular activity runs, so that the death of its worker is noticed within seconds. A local activity
 * has no heartbeat: the timeout of its workflow task does the same.
 */
export function heartbeatWhileRunning(context: Context): { inbound: ActivityInboundCallsInterceptor } {
  return {
    inbound: {
      async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
        if (context.info.isLocal) return next(input);
        const timer = setInterval(() => context.heartbeat(), HEARTBEAT_INTERVAL_MS);
        try {
          return await next(input);
        } finally {
          clearInterval(timer);
        }
      },
    },
  };
}
