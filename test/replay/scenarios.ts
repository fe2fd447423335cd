import { OTHER_SCENARIOS } from './other-scenarios.js';
import { PURCHASE_SCENARIOS } from './purchase-scenarios.js';
import type { Scenario } from './scenario.js';

export const SCENARIOS: readonly Scenario[] = [...PURCHASE_SCENARIOS, ...OTHER_SCENARIOS];
