import {
  mdText,
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
  type RebuildRequest,
  type RebuildResult,
  type ReconciliationRequest,
} from '@box-office/contract';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { continueAsNew, executeChild, workflowInfo } from '@temporalio/workflow';
import { untilDone } from './policies.js';
import { causeOf, openStory, type Story } from './story.js';

/** Pages of events of one run; the next run goes on with a history of its own. */
const MOST_PAGES_PER_RUN = 10;

const NOTHING: RebuildResult = { events: 0, readModels: 0, rewritten: 0, capacitiesCorrected: 0, ledgerDifferences: 0 };

/**
 * Rebuilds what is derived from the record, of one event or of all, while purchases go on: the inventories and read models
 * in Redis from PostgreSQL, `events.capacity` from the ledger. At the end all of it is compared once more, so that what is
 * left to differ stands among the findings.
 */
export async function rebuild(request: RebuildRequest): Promise<RebuildResult> {
  const { requestedBy, eventId, from } = request;
  const story = openStory(
    mdText`### Operator ${requestedBy} has ${eventId === null ? mdText`all events` : mdText`event ${eventId}`} rebuilt`,
  );
  let result = from?.result ?? NOTHING;
  if (eventId !== null) {
    result = await rebuildEvent(story, result, eventId, requestedBy);
  } else {
    let after = from?.after ?? null;
    for (let page = 1; ; page++) {
      const ids = await untilDone.eventsToRebuild(after);
      if (ids.length === 0) break;
      for (const id of ids) result = await rebuildEvent(story, result, id, requestedBy);
      after = ids.at(-1) ?? null;
      if (page >= MOST_PAGES_PER_RUN || workflowInfo().continueAsNewSuggested) {
        return continueAsNew<typeof rebuild>({ ...request, from: { after, result } });
      }
    }
  }
  await compare(story, request);
  story.status('finished');
  return result;
}

async function rebuildEvent(
  story: Story,
  soFar: RebuildResult,
  eventId: string,
  requestedBy: string,
): Promise<RebuildResult> {
  if (!(await untilDone.rebuildInventory(eventId, requestedBy))) {
    story.tell(mdText`There is no event ${eventId}.`);
    return soFar;
  }
  const models = await untilDone.rewriteReadModels(eventId);
  const corrected = await untilDone.recomputeCapacity(eventId);
  const differences = await untilDone.checkLedger(eventId);
  story.tell(
    mdText`Event ${eventId}: the inventory is built anew; ${models.rewritten} of ${models.looked} read models were wrong; the capacity was ${
      corrected ? mdText`**corrected**` : mdText`right`
    }; ${differences} purchases differ from the ledger.`,
  );
  return {
    events: soFar.events + 1,
    readModels: soFar.readModels + models.looked,
    rewritten: soFar.rewritten + models.rewritten,
    capacitiesCorrected: soFar.capacitiesCorrected + Number(corrected),
    ledgerDifferences: soFar.ledgerDifferences + differences,
  };
}

/** Whoever compares it already will do. A comparison that could not be finished leaves its trace in its own workflow. */
async function compare(story: Story, { eventId, requestedBy }: RebuildRequest): Promise<void> {
  const request: ReconciliationRequest = { requestedBy, scope: eventId === null ? 'all' : { eventId } };
  try {
    await executeChild(RECONCILIATION_WORKFLOW, { workflowId: reconciliationWorkflowId(eventId), args: [request] });
    story.tell(mdText`All of it was **compared** with the record once more.`);
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) story.tell(mdText`It is being compared already.`);
    else story.tell(mdText`It could not be compared once more: ${causeOf(error)}.`);
  }
}
