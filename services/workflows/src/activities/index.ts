import { createEventCancelling } from './cancelling-events.js';
import { createCancelling } from './cancelling.js';
import { observed } from '../metrics.js';
import { createClaiming } from './claiming.js';
import type { ActivityDeps } from './deps.js';
import { createHolding } from './holding.js';
import { createPaying } from './paying.js';
import { createRecording } from './recording.js';
import { createReserving } from './reserving.js';
import { createSettling } from './settling.js';
import { createStraightThrough } from './straight-through.js';
import { createUndoing } from './undoing.js';

/** Every activity of the purchase workflow, as plain functions over the given dependencies. */
export function createActivities(deps: ActivityDeps) {
  const observe = deps.observe ?? ignore;
  const steps = observed(
    {
      ...createClaiming(deps),
      ...createReserving(deps),
      ...createPaying(deps),
      ...createRecording(deps),
    },
    observe,
  );
  const others = {
    ...createStraightThrough(deps, steps),
    ...createHolding(deps),
    ...createSettling(deps),
    ...createUndoing(deps),
    ...createCancelling(deps),
    ...createEventCancelling(deps),
  };
  return { ...steps, ...observed(others, observe) };
}

const ignore = (): void => undefined;

export type PurchaseActivities = ReturnType<typeof createActivities>;
