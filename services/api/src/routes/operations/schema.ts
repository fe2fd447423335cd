import { FINDING_KINDS, FINDING_STATUSES } from '@box-office/contract';
import type { ReconciliationCounts } from '@box-office/contract';
import type { Sweep } from '@box-office/records';
import { z } from '@hono/zod-openapi';
import { eventId, instant, nextCursor } from '../schemas.js';

const count = z.int().min(0);

/** Which event is meant; all of them, if none is named. */
export const scopeBody = z
  .strictObject({ eventId: eventId.optional().openapi({ description: 'All events, if none is named.' }) })
  .openapi('OperationScope');

export const sweepUrl = (sweepId: string): string => `/api/operations/reconciliation/${sweepId}`;
export const rebuildUrl = (id: string | null): string => `/api/operations/rebuild/${id ?? 'all'}`;

const counts = z.object({
  events: count.openapi({ description: 'Events that were compared.' }),
  recovered: count.openapi({ description: 'Purchases, cancellations and holds that had lost their workflow.' }),
  found: count.openapi({ description: 'New findings.' }),
  repaired: count,
  handedOver: count.openapi({ description: 'Findings that wait for a person.' }),
}) satisfies z.ZodType<ReconciliationCounts>;

export const sweepView = z
  .object({
    sweepId: z.uuid(),
    status: z.enum(['requested', 'running', 'finished']),
    requestedBy: z.string().optional(),
    scope: z.string().optional(),
    startedAt: instant.optional(),
    finishedAt: instant.optional(),
    counts: counts.optional(),
  })
  .openapi('Sweep');
export type SweepView = z.infer<typeof sweepView>;

/** A sweep as operators see it; one that no audit consumer has begun yet is `requested`. */
export function viewOfSweep(sweepId: string, sweep: Sweep | null): SweepView {
  if (!sweep) return { sweepId, status: 'requested' };
  const { requestedBy, scope, startedAt, finishedAt } = sweep;
  const common = { sweepId, requestedBy, scope, startedAt };
  if (finishedAt === null) return { ...common, status: 'running' };
  return { ...common, status: 'finished', finishedAt, ...(sweep.counts && { counts: sweep.counts }) };
}

const finding = z
  .object({
    findingId: z.uuid(),
    sweepId: z.uuid().openapi({ description: 'The sweep that saw it first.' }),
    kind: z.enum(FINDING_KINDS),
    subject: z.string().openapi({ description: 'What it is about, among those of its kind and event.' }),
    eventId: z.string().nullable(),
    ticketType: z.string().nullable(),
    purchaseId: z.uuid().nullable(),
    expected: z.unknown(),
    found: z.unknown(),
    cause: z.string(),
    action: z.string().openapi({ description: 'What was done, or what is to be done by a person.' }),
    status: z.enum(FINDING_STATUSES),
    by: z.string().openapi({ description: 'Who had the sweep made: an operator, or `schedule`.' }),
    firstSeen: instant,
    lastSeen: instant,
    decidedAt: instant.nullable(),
  })
  .openapi('Finding');

export const findingsView = z.object({ findings: z.array(finding), next: nextCursor }).openapi('Findings');

export const rebuildView = z
  .object({
    eventId: z.string().nullable().openapi({ description: 'Null for all events.' }),
    status: z.enum(['running', 'finished', 'ended']),
    result: z
      .object({
        events: count,
        readModels: count.openapi({ description: 'Read models of buyers and transactions that were looked at.' }),
        rewritten: count.openapi({ description: 'Those of them that were wrong.' }),
        capacitiesCorrected: count,
        ledgerDifferences: count.openapi({ description: 'What differs stands among the findings.' }),
      })
      .optional(),
  })
  .openapi('Rebuild');
