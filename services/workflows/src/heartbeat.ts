import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import type { Context } from '@temporalio/activity';

/** A fifth of the heartbeat timeout of the durable phase. */
const HEARTBEAT_EVERY_MS = 1_000;

/**
 * Heartbeats while a regular activity runs, so that the death of its worker is noticed within seconds. A local
 * activity has no heartbeat: its workflow task tells the same.
 */
export function heartbeatWhileRunning(context: Context): { inbound: ActivityInboundCallsInterceptor } {
  return {
    inbound: {
      async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
        if (context.info.isLocal) return next(input);
        const timer = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
        try {
          return await next(input);
        } finally {
          clearInterval(timer);
        }
      },
    },
  };
}
