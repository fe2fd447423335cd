import { callerOf, mayAdmitFor, type GatewayContext } from '../http/context.js';
import { problem, type Problem } from '../http/problems.js';

/** Null if the caller admits for the event. */
export const whyNotAdmitting = (c: GatewayContext, eventId: string): Problem | null =>
  mayAdmitFor(callerOf(c), eventId)
    ? null
    : problem('forbidden', { detail: 'This token does not admit for the event.' });
