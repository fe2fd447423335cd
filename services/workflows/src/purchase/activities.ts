import type { ActivityDeps } from '../worker/activity-deps.js';
import { createAuthenticating } from './activities/authenticate.js';
import { createClaiming } from './activities/claim.js';
import { createPaying } from './activities/payment.js';
import { createRecording } from './activities/record.js';
import { createReserving } from './activities/reserve.js';

/** The activities of a purchase from its claim to its confirmation. */
export function createPurchaseActivities(deps: ActivityDeps) {
  return {
    ...createClaiming(deps),
    ...createReserving(deps),
    ...createPaying(deps),
    ...createRecording(deps),
    ...createAuthenticating(deps),
  };
}

export type ForwardActivities = ReturnType<typeof createPurchaseActivities>;

/** The activities that are steps of the table in steps.ts. */
export type StepActivities = Pick<
  ForwardActivities,
  'reserve' | 'authorise' | 'persist' | 'authenticate' | 'capture' | 'finalise'
>;
