/** A workflow that waits for a person, as the gateway tells operators. */
export interface WaitingForPerson {
  readonly workflowId: string;
  readonly runId: string;
  /** Those that its stuck steps are about; of a hold, the hold's id. Empty where a whole event is concerned. */
  readonly purchaseIds: readonly string[];
  readonly eventIds: readonly string[];
  readonly userIds: readonly string[];
  /** Since when the step does not get through, ISO 8601. */
  readonly since: string;
  /** The step that has waited longest. */
  readonly step?: string;
  /** Its last failure, in one line. */
  readonly cause?: string;
  /** Cancellations that were asked for and wait until these purchases, which were told to stop, have their outcome. */
  readonly cancellations: readonly {
    readonly purchaseId: string;
    readonly cancellationId: string;
    readonly requestedBy: string;
    readonly byOperator: boolean;
    /** ISO 8601. */
    readonly requestedAt: string;
  }[];
  /** The workflow's story in markdown; empty while no worker can tell it. */
  readonly details: string;
}
