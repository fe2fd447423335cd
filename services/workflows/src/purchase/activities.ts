import type { ActivityDeps } from '../worker/activity-deps.js';
import { createAuthenticateActivities } from './activities/authenticate.js';
import { createClaimActivities } from './activities/claim.js';
import { createPaymentActivities } from './activities/payment.js';
import { createRecordActivities } from './activities/record.js';
import { createReserveActivities } from './activities/reserve.js';

/** The activities of a purchase from its claim to its confirmation. */
export function createPurchaseActivities(deps: ActivityDeps) {
  return {
    ...createClaimActivities(deps),
    ...createReserveActivities(deps),
    ...createPaymentActivities(deps),
    ...createRecordActivities(deps),
    ...createAuthenticateActivities(deps),
  };
}

export type ForwardActivities = ReturnType<typeof createPurchaseActivities>;

/** The activities that are steps of the table in steps.ts. */
export type StepActivities = Pick<
  ForwardActivities,
  'reserve' | 'authorise' | 'persist' | 'authenticate' | 'capture' | 'finalise'
>;
