import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Redis } from 'ioredis';

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
