/** A workflow that needs an operator, as the gateway lists it. */
export interface NeedsIntervention {
  readonly workflowId: string;
  readonly runId: string;
  /** Those that its stuck steps are about; of a hold, the hold's id. Empty where a whole event is concerned. */
  readonly purchaseIds: readonly string[];
  readonly eventIds: readonly string[];
  readonly userIds: readonly string[];
  /** When the step first failed, ISO 8601. */
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
  /** The workflow's progress log in Markdown; empty while no worker answers. */
  readonly details: string;
}
