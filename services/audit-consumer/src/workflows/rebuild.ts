import {
  mdText,
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
  type RebuildRequest,
  type RebuildResult,
  type ReconciliationRequest,
} from '@box-office/contract';
import { causeOf } from '@box-office/temporal/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { continueAsNew, executeChild, workflowInfo } from '@temporalio/workflow';
import { unlimitedRetryActivities } from './retry-policies.js';
import { openRunLog, type RunLog } from './run-log.js';

/** Bounds the history: after so many pages of events the workflow continues as new. */
const MAX_PAGES_PER_RUN = 10;

const NO_RESULT: RebuildResult = {
  events: 0,
  readModels: 0,
  rewritten: 0,
  capacitiesCorrected: 0,
  ledgerDifferences: 0,
};

/**
 * Rebuilds what is derived, for one event or for all, while purchases continue: inventories and read models in Redis
 * from PostgreSQL, and `events.capacity` from the ledger. Then compares everything; what still differs becomes a
 * finding.
 */
export async function rebuild(request: RebuildRequest): Promise<RebuildResult> {
  const { requestedBy, eventId, from } = request;
  const scope = eventId === null ? mdText`all events` : mdText`event ${eventId}`;
  const log = openRunLog(mdText`### Rebuild of ${scope}, requested by operator ${requestedBy}`);
  let result = from?.result ?? NO_RESULT;
  if (eventId !== null) {
    result = await rebuildEvent(log, result, eventId, requestedBy);
  } else {
    let after = from?.after ?? null;
    for (let page = 1; ; page++) {
      const ids = await unlimitedRetryActivities.listEventsToRebuild(after);
      if (ids.length === 0) break;
      for (const id of ids) result = await rebuildEvent(log, result, id, requestedBy);
      after = ids.at(-1) ?? null;
      if (page >= MAX_PAGES_PER_RUN || workflowInfo().continueAsNewSuggested) {
        return continueAsNew<typeof rebuild>({ ...request, from: { after, result } });
      }
    }
  }
  await compareStores(log, request);
  log.status('finished');
  return result;
}

const NOT_REBUILT = {
  expired: mdText`not kept in Redis any more`,
  contradicted: mdText`inventory **not rebuilt**: an operator has to decide about its serial_mismatch findings first`,
};

async function rebuildEvent(
  log: RunLog,
  soFar: RebuildResult,
  eventId: string,
  requestedBy: string,
): Promise<RebuildResult> {
  const rebuilt = await unlimitedRetryActivities.rebuildInventory(eventId, requestedBy);
  if (!rebuilt) {
    log.append(mdText`Event ${eventId} does not exist.`);
    return soFar;
  }
  const models = await unlimitedRetryActivities.rewriteReadModels(eventId);
  const corrected = await unlimitedRetryActivities.recomputeCapacity(eventId);
  const differences = await unlimitedRetryActivities.countLedgerDifferences(eventId);
  const inventory = rebuilt === true ? mdText`inventory rebuilt` : NOT_REBUILT[rebuilt];
  const readModels = mdText`${models.rewritten} of ${models.checked} read models rewritten`;
  const capacity = corrected ? mdText`capacity **corrected**` : mdText`capacity correct`;
  const ledger = mdText`${differences} differences between ledger and tickets`;
  log.append(mdText`Event ${eventId}: ${inventory}; ${readModels}; ${capacity}; ${ledger}.`);
  return {
    events: soFar.events + 1,
    readModels: soFar.readModels + models.checked,
    rewritten: soFar.rewritten + models.rewritten,
    capacitiesCorrected: soFar.capacitiesCorrected + Number(corrected),
    ledgerDifferences: soFar.ledgerDifferences + differences,
  };
}

/** Starts a reconciliation, unless one of the same scope runs already. If it fails, its own workflow says why. */
async function compareStores(log: RunLog, { eventId, requestedBy }: RebuildRequest): Promise<void> {
  const request: ReconciliationRequest = { requestedBy, scope: eventId === null ? 'all' : { eventId } };
  const workflowId = reconciliationWorkflowId(eventId);
  try {
    await executeChild(RECONCILIATION_WORKFLOW, { workflowId, args: [request] });
    log.append(mdText`**Compared** all stores: see workflow ${workflowId}.`);
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      log.append(mdText`Did not compare the stores: workflow ${workflowId} compares them already.`);
    } else {
      log.append(mdText`Could not compare the stores: ${causeOf(error)}. See workflow ${workflowId}.`);
    }
  }
}
