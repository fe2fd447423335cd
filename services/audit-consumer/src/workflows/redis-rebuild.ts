import {
  mdText,
  type RedisRebuildPosition,
  type RedisRebuildRequest,
  type RedisRebuildResult,
} from '@box-office/contract';
import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { RebuiltPage } from '../activities/rebuild-redis.js';
import { unlimitedRetryActivities } from './retry-policies.js';
import { openRunLog, type RunLog } from './run-log.js';

/** Bounds the history: after so many pages of events the workflow continues as new. */
const MAX_PAGES_PER_RUN = 100;

const NO_RESULT: RedisRebuildResult = { events: 0, inventories: 0, readModels: 0 };

/**
 * Rebuilds all of Redis from PostgreSQL after Redis lost its data, while sales continue: first all inventories, then
 * all read models. Both phases begin with the events on sale. Inventories that are usable again, for example because a
 * buyer's request rebuilt them, are skipped.
 */
export async function redisRebuild(request: RedisRebuildRequest): Promise<RedisRebuildResult> {
  const log = openRunLog(mdText`### Rebuild of Redis after data loss\n\nCause: ${request.cause}`);
  let position: RedisRebuildPosition = request.from ?? { phase: 'inventories', after: null, result: NO_RESULT };
  for (let page = 1; ; page++) {
    if (page > MAX_PAGES_PER_RUN || workflowInfo().continueAsNewSuggested) {
      return continueAsNew<typeof redisRebuild>({ ...request, from: position });
    }
    const events = await unlimitedRetryActivities.listEventsByUrgency(position.after);
    const { phase, result } = position;
    if (events.length === 0) {
      log.append(
        phase === 'inventories'
          ? mdText`**Inventories**: ${result.inventories} of ${result.events} were unusable and are rebuilt.`
          : mdText`**Read models**: ${result.readModels} differed from PostgreSQL and are rewritten.`,
      );
      if (phase === 'read_models') {
        log.status('finished');
        return result;
      }
      position = { phase: 'read_models', after: null, result };
      continue;
    }
    const eventIds = events.map(({ eventId }) => eventId);
    position = {
      phase,
      after: events.at(-1) ?? null,
      result: await rebuildPage(log, phase, eventIds, request, result),
    };
  }
}

async function rebuildPage(
  log: RunLog,
  phase: RedisRebuildPosition['phase'],
  eventIds: readonly string[],
  { cause }: RedisRebuildRequest,
  soFar: RedisRebuildResult,
): Promise<RedisRebuildResult> {
  if (phase === 'read_models') {
    const { rebuilt, failed } = await unlimitedRetryActivities.rewriteReadModelsOfEvents(eventIds);
    logFailed(log, failed);
    return { ...soFar, readModels: soFar.readModels + rebuilt };
  }
  const { rebuilt, failed } = await unlimitedRetryActivities.rebuildUnusableInventories(eventIds, cause);
  logFailed(log, failed);
  return { ...soFar, events: soFar.events + eventIds.length, inventories: soFar.inventories + rebuilt };
}

function logFailed(log: RunLog, failed: RebuiltPage['failed']): void {
  for (const { eventId, failure } of failed) {
    log.append(mdText`**Could not** rebuild event ${eventId}: ${failure}. A reconciliation run finds what is left.`);
  }
}
