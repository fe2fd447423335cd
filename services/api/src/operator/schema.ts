import { FINDING_KINDS, FINDING_STATUSES, type ReconciliationCounts } from '@box-office/contract';
import type { ReconciliationRun } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { eventId, instant, nextCursor } from '../http/schemas.js';

const count = z.int().min(0);

/** One event, or all if none is named. */
export const scopeBody = z
  .strictObject({ eventId: eventId.optional().openapi({ description: 'All events, if none is named.' }) })
  .openapi('OperationScope');

export const reconciliationRunUrl = (reconciliationId: string): string =>
  `/api/operations/reconciliation/${reconciliationId}`;
export const rebuildUrl = (id: string | null): string => `/api/operations/rebuild/${id ?? 'all'}`;

const counts = z.object({
  events: count.openapi({ description: 'Events that were compared.' }),
  recovered: count.openapi({ description: 'Purchases, cancellations and holds that had lost their workflow.' }),
  found: count.openapi({ description: 'New findings.' }),
  repaired: count,
  handedOver: count.openapi({ description: 'Findings that need an operator.' }),
  failedSteps: count.optional().openapi({
    description: 'Steps that failed: if any did, the run proves nothing about what it did not compare.',
  }),
  paymentsLeft: z.boolean().optional().openapi({
    description: 'It reached its limit before it had compared all payments that moved. The next run continues.',
  }),
}) satisfies z.ZodType<ReconciliationCounts>;

export const reconciliationRunView = z
  .object({
    reconciliationId: z.uuid(),
    status: z.enum(['requested', 'running', 'finished', 'ended']).openapi({
      description: '`requested`: it has not begun. `ended`: its workflow was closed before it was finished.',
    }),
    requestedBy: z.string().optional(),
    scope: z.string().optional(),
    startedAt: instant.optional(),
    finishedAt: instant.optional(),
    counts: counts.optional(),
  })
  .openapi('ReconciliationRun');
export type ReconciliationRunView = z.infer<typeof reconciliationRunView>;

/** A reconciliation run as operators see it. */
export function viewOfReconciliationRun(run: ReconciliationRun, isOpen: boolean): ReconciliationRunView {
  const { reconciliationId, requestedBy, scope, isBegun, startedAt, finishedAt, counts: done } = run;
  const common = { reconciliationId, requestedBy, scope, ...(isBegun && { startedAt }) };
  if (finishedAt !== null) return { ...common, status: 'finished', finishedAt, ...(done && { counts: done }) };
  if (!isOpen) return { ...common, status: 'ended' };
  return { ...common, status: isBegun ? 'running' : 'requested' };
}

const finding = z
  .object({
    findingId: z.uuid(),
    reconciliationId: z.uuid().openapi({ description: 'The reconciliation run that found it first.' }),
    kind: z.enum(FINDING_KINDS),
    subject: z.string().openapi({ description: 'What it is about, among those of its kind and event.' }),
    eventId: z.string().nullable(),
    ticketType: z.string().nullable(),
    purchaseId: z.uuid().nullable(),
    expected: z.unknown(),
    found: z.unknown(),
    cause: z.string(),
    action: z.string().openapi({ description: 'What was done, or what an operator has to do.' }),
    status: z.enum(FINDING_STATUSES),
    by: z.string().openapi({ description: 'Who requested the reconciliation run: an operator, or `schedule`.' }),
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
        readModels: count.openapi({ description: 'Read models of buyers and transactions that were checked.' }),
        rewritten: count.openapi({ description: 'Those of them that were wrong.' }),
        capacitiesCorrected: count,
        ledgerDifferences: count.openapi({ description: 'Listed among the findings.' }),
      })
      .optional(),
  })
  .openapi('Rebuild');
