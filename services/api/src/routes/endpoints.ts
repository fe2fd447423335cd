import type { Logger } from '@box-office/platform';
import type { CancellationWorkflows } from '../cancelling/cancellation-workflows.js';
import type { Cancel } from '../cancelling/cancelling.js';
import type { HoldDesk } from '../holding/hold-desk.js';
import type { TakeHold } from '../holding/holding.js';
import type { GatewayMetrics } from '../metrics.js';
import type { AttentionDesk } from '../operations/attention-desk.js';
import type { AuditWorkflows } from '../operations/audit-workflows.js';
import type { Resolve } from '../operations/resolving.js';
import type {
  CancellationReads,
  EventDesk,
  EventReads,
  HoldReads,
  InventoryCare,
  OperationReads,
  OperatorRecords,
  PurchaseReads,
  ReadModels,
  StalledReads,
} from '../ports.js';
import type { LookUpPurchase } from '../purchasing/purchase-lookup.js';
import type { PurchaseRecords } from '../purchasing/purchase-records.js';
import type { Purchase } from '../purchasing/purchasing.js';
import type { Endpoint } from './endpoint.js';
import { showCancellation } from './cancellations/show.js';
import { cancelEvent } from './events/cancel.js';
import { changeEvent } from './events/change.js';
import { createEvent } from './events/create.js';
import { listEvents } from './events/list.js';
import { showEventCancellation } from './events/show-cancellation.js';
import { showEvent } from './events/show.js';
import { showStatistics } from './events/statistics.js';
import { listHolds } from './holds/list.js';
import { releaseHold } from './holds/release.js';
import { showHold } from './holds/show.js';
import { takeHold } from './holds/take.js';
import type { HoldTimes } from './holds/take.js';
import { listAttention } from './operations/list-attention.js';
import { listFindings } from './operations/list-findings.js';
import { rebuild } from './operations/rebuild.js';
import { reconcile } from './operations/reconcile.js';
import { resolvePurchase } from './operations/resolve.js';
import { showPurchaseForOperators } from './operations/show-purchase.js';
import { showRebuild } from './operations/show-rebuild.js';
import { showSweep } from './operations/show-sweep.js';
import { purchaseTickets } from './purchase-tickets/handler.js';
import { cancelPurchase } from './purchases/cancel.js';
import { listPurchases } from './purchases/list.js';
import { showPurchase } from './purchases/show.js';
import { showTransaction } from './transactions/show.js';
import { listTickets } from './users/list-tickets.js';

export interface EndpointDeps
  extends
    Omit<PurchaseReads, 'findPurchases'>,
    EventReads,
    HoldReads,
    CancellationReads,
    OperationReads,
    OperatorRecords {
  readonly purchase: Purchase;
  readonly cancel: Cancel;
  readonly cancellations: CancellationWorkflows;
  readonly attention: Pick<AttentionDesk, 'list' | 'look'>;
  readonly listStalledWork: StalledReads['listStalledWork'];
  readonly resolve: Resolve;
  readonly audit: AuditWorkflows;
  readonly hold: TakeHold;
  readonly holdDesk: HoldDesk;
  readonly holdTimes: HoldTimes;
  readonly lookUp: LookUpPurchase;
  readonly records: Pick<PurchaseRecords, 'read'>;
  readonly readModels: ReadModels;
  readonly inventory: Pick<InventoryCare, 'restore'>;
  readonly desk: EventDesk;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
}

/** Every endpoint of the API, in the order in which its description lists them. */
export const endpoints = (deps: EndpointDeps): readonly Endpoint[] => [
  purchaseTickets(deps),
  takeHold(deps),
  listHolds(deps),
  showHold(deps),
  releaseHold(deps),
  listPurchases(deps),
  showPurchase(deps),
  cancelPurchase(deps),
  showCancellation(deps),
  showTransaction(deps),
  listTickets(deps),
  listEvents(deps),
  showEvent(deps),
  createEvent(deps),
  changeEvent(deps),
  cancelEvent(deps),
  showEventCancellation(deps),
  showStatistics(deps),
  listAttention(deps),
  showPurchaseForOperators(deps),
  resolvePurchase(deps),
  reconcile(deps),
  showSweep(deps),
  listFindings(deps),
  rebuild(deps),
  showRebuild(deps),
];
