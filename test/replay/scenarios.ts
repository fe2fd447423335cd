import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Redis } from 'ioredis';
import { OTHER_SCENARIOS } from './other-scenarios.js';
import { PURCHASE_SCENARIOS } from './purchase-scenarios.js';

/** What a scenario runs on. */
export interface Recorder {
  readonly client: Client;
  readonly redis: Redis;
  readonly paymentUrl: string;
  /** Creates an event with some tickets, but fewer than 50. Returns its id. */
  createEvent(): Promise<string>;
}

/** How to produce one committed history, so that it can be recorded again after a deliberate change. */
export interface Scenario {
  readonly name: string;
  /** Runs a workflow to its end. */
  record(recorder: Recorder): Promise<WorkflowHandle>;
}

export const SCENARIOS: readonly Scenario[] = [...PURCHASE_SCENARIOS, ...OTHER_SCENARIOS];
