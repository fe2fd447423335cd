import { randomUUID } from 'node:crypto';
import { isPastRedis } from '@box-office/contract';
import type { Inventory } from '@box-office/inventory';
import type { Logger, ReportUnreadable } from '@box-office/platform';
import * as recordOperations from '@box-office/records';
import { alterEvent, openEvent, openEventOnce, withUsableInventory } from '@box-office/restoration';
import type { Hono } from 'hono';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { Registry } from 'prom-client';
import { createApp } from './app.js';
import type { VerifyToken } from './auth/token-verifier.js';
import { createCancelling } from './cancelling/cancelling.js';
import type { CancellationWorkflows } from './cancelling/cancellation-workflows.js';
import type { GatewayEnv } from './context.js';
import { createForeignValues } from './foreign-values.js';
import type { HoldDesk } from './holding/hold-desk.js';
import { createHolding } from './holding/holding.js';
import { createRequestLimits } from './limits/request-limits.js';
import type { RequestLimitSettings } from './limits/request-limits.js';
import { createMetrics } from './metrics.js';
import type { AttentionDesk } from './operations/attention-desk.js';
import type { AuditWorkflows } from './operations/audit-workflows.js';
import { createResolving } from './operations/resolving.js';
import { createDeclines } from './purchasing/buyer-limits.js';
import type { BuyerLimits } from './purchasing/buyer-limits.js';
import { createEarlyRefusal } from './purchasing/early-refusal.js';
import { createEventReader } from './purchasing/event-reading.js';
import { DEFAULT_GROUP_LIMITS, createGroupStarter } from './purchasing/group-starter.js';
import type { GroupLimits } from './purchasing/group-starter.js';
import { createInventoryCare } from './purchasing/inventory-care.js';
import { createOutcomeWaiter } from './purchasing/outcome-waiter.js';
import { createPurchaseLookUp } from './purchasing/purchase-lookup.js';
import { createPurchaseRecords } from './purchasing/purchase-records.js';
import { createPurchasing } from './purchasing/purchasing.js';
import type { WorkflowStarter } from './purchasing/purchase-starter.js';
import { createSale } from './purchasing/sale.js';
import { createReadModels } from './read-models.js';
import type { HoldTimes } from './routes/holds/take.js';

/** Most purchase requests that one gateway has open at once; each waits for up to `purchaseWaitMs`. */
const MAX_PURCHASE_REQUESTS = 10_000;

export interface GatewayDeps {
  readonly pool: pg.Pool;
  readonly redis: Redis;
  /** A connection for the outcomes' channel alone: a subscribed one takes no other commands. */
  readonly subscriber: Redis;
  readonly inventory: Inventory;
  readonly workflows: WorkflowStarter;
  readonly cancellations: CancellationWorkflows;
  readonly attention: AttentionDesk;
  readonly audit: AuditWorkflows;
  readonly holdDesk: HoldDesk;
  readonly holdTimes: HoldTimes;
  /** Where the gathering of purchases is to differ from its defaults. */
  readonly groups?: Partial<GroupLimits>;
  readonly verifyToken: VerifyToken;
  readonly limits: RequestLimitSettings;
  readonly buyers: BuyerLimits;
  readonly corsOrigins: readonly string[];
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
  /** First step of a shutdown: `/readyz` fails from now on. */
  failReadiness(): void;
  /** Ends the waits for outcomes: these buyers are told 202, and their purchases go on. */
  drain(): void;
  /** Last step: stops what goes on behind answered requests. The connections stay the caller's to close. */
  close(): void;
}

/** Puts the gateway together around its connections, which stay the caller's to close. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { pool, redis, inventory, attention, logger } = deps;
  let leaving = false;
  const isLeaving = (): boolean => leaving;
  const reads = recordReads(pool);
  const foreign = createForeignValues(deps.reportUnreadable);
  const { findPurchases } = reads;
  const waiter = createOutcomeWaiter({ subscriber: deps.subscriber, findPurchases, foreign, logger });
  const metrics = createMetrics({
    waiting: () => waiter.size(),
    queued: () => starter.waiting(),
    registry: deps.registry,
    needingAttention: () => attention.count(),
    processMetrics: deps.processMetrics ?? false,
  });
  const starter = createGroupStarter({
    workflows: deps.workflows,
    limits: { ...DEFAULT_GROUP_LIMITS, ...deps.groups },
    observeGroup: (size, startMs) => metrics.group(size, startMs),
  });
  const records = createPurchaseRecords(redis, foreign);
  const lookUp = createPurchaseLookUp(reads.findPurchases);
  const restoration = { pool, inventory };
  const care = createInventoryCare({
    look: (eventId) => inventory.look(eventId),
    restore: async (eventId) => {
      const facts = await reads.findEvent(eventId);
      if (facts === null || isPastRedis(facts)) return;
      await withUsableInventory(restoration, eventId, async (generation) => {
        const look = await inventory.look(eventId);
        const other = look.kind === 'counted' && look.generation !== generation;
        return other ? { kind: 'unavailable' as const, cause: 'generation' as const } : look;
      });
    },
    logger,
  });
  const readEvent = createEventReader(deps.reportUnreadable);
  const gatewayId = randomUUID();
  const sale = createSale({
    records,
    lookUp,
    waiter,
    starter,
    readEvent,
    findEvent: reads.findEvent,
    inventory: care,
    declines: createDeclines(deps.buyers.declines),
    logger,
    countStart: (result) => metrics.start(result),
  });
  const purchase = createPurchasing({
    waitMs: deps.purchaseWaitMs,
    isLeaving,
    records,
    sale,
    refuseEarly: createEarlyRefusal({ lookUp, inventory: care }),
    gatewayId,
    longestStartMs: starter.longestReplyMs,
    maxRequests: MAX_PURCHASE_REQUESTS,
    maxRequestsPerBuyer: deps.buyers.purchasesAtOnce,
  });
  const { findHold, findEvent } = reads;
  const { holdDesk, holdTimes } = deps;
  const hold = createHolding({ records, findHold, findEvent, readEvent, inventory: care, desk: holdDesk, gatewayId });
  const { cancellations, purchaseWaitMs: waitMs } = deps;
  const cancel = createCancelling({ ...reads, lookUp, records, workflows: cancellations, waitMs, isLeaving });
  const resolve = createResolving({ ...reads, records, desk: attention });
  const app = createApp({
    ...reads,
    purchase,
    cancel,
    cancellations,
    attention,
    resolve,
    audit: deps.audit,
    hold,
    holdDesk,
    holdTimes,
    lookUp,
    records,
    readModels: createReadModels(redis, inventory, foreign),
    inventory: care,
    desk: {
      open: (event, actor) => openEvent(restoration, event, actor),
      openOnce: (event, request, actor) => openEventOnce(restoration, event, request, actor),
      alter: (edit) => alterEvent(restoration, edit),
    },
    metrics,
    logger,
    verifyToken: deps.verifyToken,
    limits: createRequestLimits(deps.limits),
    corsOrigins: deps.corsOrigins,
    isReady: deps.isReady,
    behindTls: deps.behindTls ?? false,
    isLeaving,
  });
  return { app, failReadiness: () => (leaving = true), drain: () => waiter.drain(), close: () => starter.close() };
}

/** The reads of PostgreSQL with their pool given. */
function recordReads(pool: pg.Pool) {
  const { findCancellations, findEvent, findHold, findOperatorAction, findPurchases, findTransaction, findWorkflows } =
    recordOperations;
  const { listEvents, listHolds, listPurchases, listUserTickets, readEventCancellation, readStatistics } =
    recordOperations;
  const { askToUndo, findSweep, listFindings, listStalledWork, recordOperatorAction } = recordOperations;
  const { listWaitingCancellations, noteOperatorRequest, readPurchaseForOperators, recordOperatorAct } =
    recordOperations;
  return {
    askToUndo: askToUndo.bind(null, pool),
    listStalledWork: listStalledWork.bind(null, pool),
    recordOperatorAction: recordOperatorAction.bind(null, pool),
    findCancellations: findCancellations.bind(null, pool),
    findEvent: findEvent.bind(null, pool),
    findHold: findHold.bind(null, pool),
    findPurchases: findPurchases.bind(null, pool),
    findSweep: findSweep.bind(null, pool),
    findOperatorAction: findOperatorAction.bind(null, pool),
    findTransaction: findTransaction.bind(null, pool),
    findWorkflows: findWorkflows.bind(null, pool),
    listEvents: listEvents.bind(null, pool),
    listFindings: listFindings.bind(null, pool),
    listHolds: listHolds.bind(null, pool),
    listPurchases: listPurchases.bind(null, pool),
    listUserTickets: listUserTickets.bind(null, pool),
    readEventCancellation: readEventCancellation.bind(null, pool),
    listWaitingCancellations: listWaitingCancellations.bind(null, pool),
    readPurchaseForOperators: readPurchaseForOperators.bind(null, pool),
    noteOperatorRequest: noteOperatorRequest.bind(null, pool),
    recordOperatorAct: recordOperatorAct.bind(null, pool),
    readStatistics: readStatistics.bind(null, pool),
  };
}
