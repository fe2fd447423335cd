import type { FindingStatus } from '@box-office/contract';

/** The decision about a finding. */
export interface FindingDecision {
  readonly findingId: string;
  readonly status: Exclude<FindingStatus, 'found'>;
  readonly action: string;
  /** Given if more is known than when it was found. */
  readonly cause?: string;
}
