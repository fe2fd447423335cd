import type { HeldTicket, ReconciliationCounts, RebuildResult, RefundAmounts, Ticket } from '@box-office/contract';

// The gateway's answers, as far as they are shown. `/docs` of the gateway tells all of them.

export interface EventView {
  readonly id: string;
  readonly name: string;
  readonly startsAt: string;
  readonly status: string;
  readonly currency: string;
  readonly ticketTypes: readonly {
    readonly name: string;
    readonly priceMinor: number;
    readonly total: number;
    /** Null while it is counted anew. */
    readonly available: number | null;
  }[];
}

export interface PurchaseView extends Partial<RefundAmounts> {
  readonly purchaseId: string;
  readonly status: string;
  readonly userId: string;
  readonly eventId: string;
  readonly transactionId?: string;
  readonly tickets?: readonly HeldTicket[];
  readonly amountMinor?: number;
  readonly cancellations?: readonly (RefundAmounts & { readonly cancellationId: string; readonly status: string })[];
  readonly currency?: string;
  readonly problem?: { readonly title: string; readonly detail: string };
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

/** A purchase as operators see it beyond its status. */
export interface PurchaseForOperatorsView {
  readonly workflowId: string | null;
  readonly workflows: readonly {
    readonly workflowId: string;
    readonly status: string;
    readonly closedAt: string | null;
    readonly stuck: { readonly step?: string; readonly since: string; readonly cause?: string } | null;
    readonly pausedSteps: readonly string[];
  }[];
  readonly cancellations: readonly {
    readonly cancellationId: string;
    readonly workflowId: string;
    readonly status: string;
    readonly requestedBy: string;
    readonly byOperator: boolean;
    readonly reason: string;
    readonly requestedAt: string;
    readonly amountMinor: number;
    readonly currency: string;
  }[];
  readonly decisions: readonly {
    readonly at: string;
    readonly operator: string;
    readonly verified: boolean;
    readonly channel: string | null;
    readonly action: string;
    readonly step: string | null;
    readonly reason: string;
  }[];
}

export interface CancellationView extends Partial<RefundAmounts> {
  readonly cancellationId: string;
  readonly purchaseId: string;
  readonly status: 'requested' | 'refunding' | 'cancelled' | 'refused';
  readonly tickets?: readonly Ticket[];
  readonly currency?: string;
  readonly problem?: { readonly title: string; readonly detail: string };
}

export interface ResolutionView {
  readonly purchaseId: string;
  readonly step: string;
  readonly action: string;
  readonly next: string;
}

export interface SweepView {
  readonly sweepId: string;
  readonly status: 'requested' | 'running' | 'finished';
  readonly requestedBy?: string;
  readonly scope?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly counts?: ReconciliationCounts;
}

export interface RebuildView {
  readonly eventId: string | null;
  readonly status: 'running' | 'finished' | 'ended';
  readonly result?: RebuildResult;
}

export interface EventCancellationView {
  readonly status: string;
  readonly purchases?: number;
  readonly cancelled?: number;
}
