import type { ActivityDeps } from './worker/activity-deps.js';
import { createCancellationActivities } from './cancellation/activities.js';
import { createEventCancellationActivities } from './event-cancellation/activities.js';
import { createHoldActivities } from './hold/activities.js';
import { observed } from './worker/metrics.js';
import { createPurchaseActivities } from './purchase/activities.js';
import { createFastPath } from './purchase/activities/fast-path.js';
import { createSettleActivities } from './purchase/activities/settle.js';
import { createUndoActivities } from './purchase/activities/undo.js';

/** Every activity of this service, as plain functions over the given dependencies. */
export function createActivities(deps: ActivityDeps) {
  const observe = deps.observe ?? ignore;
  const forward = observed(createPurchaseActivities(deps), observe);
  const others = {
    ...createFastPath(deps, forward),
    ...createHoldActivities(deps),
    ...createSettleActivities(deps),
    ...createUndoActivities(deps),
    ...createCancellationActivities(deps),
    ...createEventCancellationActivities(deps),
  };
  return { ...forward, ...observed(others, observe) };
}

const ignore = (): void => undefined;

export type BoxOfficeActivities = ReturnType<typeof createActivities>;
