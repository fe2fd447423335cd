import { randomUUID } from 'node:crypto';
import type { PurchaseNotification } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import type { Logger, ReportUnreadable } from '@box-office/platform';
import type { Hono } from 'hono';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { Registry } from 'prom-client';
import { createAvailabilityDecision } from './availability/availability-decision.js';
import { createEventReader } from './availability/event-reader.js';
import { createInventoryCounts } from './availability/inventory-counts.js';
import { createInventoryRebuilder, makeInventoryUsable } from './availability/inventory-rebuilder.js';
import { createReadModels } from './availability/read-models.js';
import { DEFAULT_BATCH_LIMITS, createBatchStarter, type BatchLimits } from './batching/batch-starter.js';
import type { WorkflowStarter } from './batching/purchase-starter.js';
import type { CancellationWorkflows } from './cancellation/cancellation-workflows.js';
import { createCancel } from './cancellation/request-cancellation.js';
import { createDatabase } from './database.js';
import type { EndpointDeps } from './endpoints.js';
import { createEventAdmin } from './event/event-admin.js';
import { createForeignValues } from './foreign-values.js';
import { createHoldOperation } from './hold/hold-operation.js';
import type { HoldClient } from './hold/hold-client.js';
import type { HoldTimes } from './hold/take-hold.js';
import { createApp } from './http/app.js';
import type { VerifyToken } from './http/auth/token-verifier.js';
import type { GatewayEnv } from './http/context.js';
import { createRequestLimits, type RequestLimitSettings } from './http/limits/request-limits.js';
import { createIdempotencyStores } from './idempotency/idempotency-store.js';
import { createIdempotentStart } from './idempotency/idempotent-start.js';
import { createMetrics } from './metrics.js';
import type { AuditWorkflows } from './operator/audit-workflows.js';
import type { InterventionClient } from './operator/intervention-client.js';
import { createResolve } from './operator/resolution.js';
import { createDeclines, limitPurchasesAtOnce, type BuyerLimits } from './purchase/buyer-limits.js';
import { createOutcomeWaiter } from './purchase/outcome-waiter.js';
import { createSignalPayment, type SignalWorkflow } from './purchase/payment-signal.js';
import { createPreCheckRefusal } from './purchase/pre-check-refusal.js';
import { createPurchaseLookUp } from './purchase/purchase-lookup.js';
import { PurchaseOperation } from './purchase/purchase-operation.js';
import type { WebhookSettings } from './webhook/webhook-settings.js';
import { createTicketCodes, type TicketKey } from '@box-office/tickets/codes';

/** Most purchase requests that one gateway has open at once; each waits for up to `purchaseWaitMs`. */
const MAX_PURCHASE_REQUESTS = 10_000;
const MAX_HOLD_REQUESTS = 2_000;

export interface GatewayDeps {
  readonly pool: pg.Pool;
  readonly redis: Redis;
  /** A connection for the outcomes' channel alone: a subscribed one takes no other commands. */
  readonly subscriber: Redis;
  readonly inventory: Inventory;
  readonly workflows: WorkflowStarter;
  readonly cancellations: CancellationWorkflows;
  readonly interventions: InterventionClient;
  readonly audit: AuditWorkflows;
  readonly holdClient: HoldClient;
  readonly holdTimes: HoldTimes;
  readonly webhooks: WebhookSettings;
  /** Limits of batches that differ from the defaults. */
  readonly batches?: Partial<BatchLimits>;
  readonly verifyToken: VerifyToken;
  readonly limits: RequestLimitSettings;
  readonly buyers: BuyerLimits;
  /** Doors open so long before an event starts. */
  readonly entryOpensBeforeS: number;
  /** Of tickets' codes; the first one signs. */
  readonly ticketKeys: readonly TicketKey[];
  readonly corsOrigins: readonly string[];
  /** Origins to which a buyer may return after an authentication. */
  readonly returnOrigins: readonly string[];
  readonly signalWorkflow: SignalWorkflow;
  /** Signs the webhooks of Stripe; without it none are taken. */
  readonly stripeWebhookSecret?: string | undefined;
  /** Whether the servers that requests need can be reached. */
  readonly isReady: () => Promise<boolean>;
  readonly behindTls?: boolean;
  readonly purchaseWaitMs: number;
  readonly logger: Logger;
  readonly reportUnreadable: ReportUnreadable;
  /** Where the gateway's metrics are registered. */
  readonly registry: Registry;
  /** Also measure the process itself; once per process. */
  readonly processMetrics?: boolean;
}

export interface Gateway {
  readonly app: Hono<GatewayEnv>;
  /** Outcomes from a worker in this process. */
  receiveOutcomes(notifications: readonly PurchaseNotification[]): void;
  /** First step of a shutdown: `/readyz` fails from now on. */
  failReadiness(): void;
  /** Ends the waits for outcomes: these buyers are answered 202, and their purchases continue. */
  drain(): void;
  /** Last step: stops background work. The connections stay the caller's to close. */
  close(): void;
}

/** Puts the gateway together around its connections, which stay the caller's to close. */
export function createGateway(deps: GatewayDeps): Gateway {
  let shuttingDown = false;
  const parts = createParts(deps, () => shuttingDown);
  const { database, foreign, starter, waiter } = parts;
  const app = createApp({
    ...database,
    ...deps,
    ...parts,
    ...createPurchase(deps, parts),
    ...createHold(deps, parts),
    cancel: createCancel({ ...database, ...parts, workflows: deps.cancellations, waitMs: deps.purchaseWaitMs }),
    resolve: createResolve({ ...database, ...parts, interventions: deps.interventions }),
    signalPayment: createSignalPayment({ ...database, signal: deps.signalWorkflow, logger: deps.logger }),
    readModels: createReadModels(deps.redis, deps.inventory, foreign),
    events: createEventAdmin(deps),
    codes: createTicketCodes(deps.ticketKeys),
    limits: createRequestLimits(deps.limits),
    stripeWebhookSecret: deps.stripeWebhookSecret,
    behindTls: deps.behindTls ?? false,
  });
  return {
    app,
    receiveOutcomes: (notifications) => waiter.receive(notifications),
    failReadiness: () => (shuttingDown = true),
    drain: () => waiter.drain(),
    close: () => starter.close(),
  };
}

type Parts = ReturnType<typeof createParts>;

/** What the use cases share. */
function createParts(deps: GatewayDeps, isShuttingDown: () => boolean) {
  const database = createDatabase(deps.pool);
  const foreign = createForeignValues(deps.reportUnreadable);
  const declines = createDeclines(deps.buyers.declines);
  const waiter = createOutcomeWaiter({
    subscriber: deps.subscriber,
    findPurchases: database.findPurchases,
    foreign,
    declines,
    logger: deps.logger,
  });
  const metrics = createMetrics({
    waiting: () => waiter.size(),
    queued: () => starter.waiting(),
    registry: deps.registry,
    needingIntervention: () => deps.interventions.count(),
    processMetrics: deps.processMetrics ?? false,
  });
  const starter = createBatchStarter({
    workflows: deps.workflows,
    limits: { ...DEFAULT_BATCH_LIMITS, ...deps.batches },
    logger: deps.logger,
    observeBatch: (size, startMs) => metrics.batch(size, startMs),
  });
  const idempotency = createIdempotencyStores(deps.redis, foreign);
  const counts = createInventoryCounts(deps.inventory);
  const rebuilder = createInventoryRebuilder({
    rebuild: (eventId) => makeInventoryUsable({ ...deps, ...database }, eventId),
    logger: deps.logger,
  });
  const readEvent = createEventReader(deps.reportUnreadable);
  return {
    gatewayId: randomUUID(),
    isShuttingDown,
    database,
    foreign,
    declines,
    waiter,
    metrics,
    starter,
    purchaseIdempotency: idempotency.purchases,
    holdIdempotency: idempotency.holds,
    lookUp: createPurchaseLookUp(database.findPurchases),
    counts,
    rebuilder,
    decideByAvailability: createAvailabilityDecision({ ...database, readEvent, counts, rebuilder }),
  };
}

function createPurchase(
  { logger, purchaseWaitMs, buyers }: GatewayDeps,
  parts: Parts,
): Pick<EndpointDeps, 'purchase' | 'resendPurchase'> {
  const { metrics, starter, purchaseIdempotency: store } = parts;
  const operation = new PurchaseOperation({
    ...parts,
    store,
    preCheck: createPreCheckRefusal(parts),
    logger,
    countStart: (reply) => metrics.start(reply),
  });
  const { answer, resend } = createIdempotentStart({
    ...parts,
    operation,
    store,
    maxRequests: MAX_PURCHASE_REQUESTS,
    waitMs: purchaseWaitMs,
    maxStartMs: starter.maxReplyMs,
    logger,
  });
  return { purchase: limitPurchasesAtOnce(buyers.purchasesAtOnce, answer), resendPurchase: resend };
}

function createHold({ logger, holdClient }: GatewayDeps, parts: Parts): Pick<EndpointDeps, 'hold' | 'resendHold'> {
  const { answer, resend } = createIdempotentStart({
    ...parts,
    operation: createHoldOperation({ ...parts.database, ...parts, holdClient }),
    store: parts.holdIdempotency,
    maxRequests: MAX_HOLD_REQUESTS,
    waitMs: holdClient.maxReplyMs,
    maxStartMs: holdClient.maxReplyMs,
    logger,
  });
  return { hold: answer, resendHold: resend };
}
