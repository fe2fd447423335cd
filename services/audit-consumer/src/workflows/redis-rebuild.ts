import {
  mdText,
  type RedisRebuildPosition,
  type RedisRebuildRequest,
  type RedisRebuildResult,
} from '@box-office/contract';
import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { untilDone } from './policies.js';
import { openStory } from './story.js';

/** Pages of events of one run; the next run goes on with a history of its own. */
const MOST_PAGES_PER_RUN = 100;

const NOTHING: RedisRebuildResult = { events: 0, inventories: 0, readModels: 0 };

/**
 * Rebuilds all of Redis after it has lost its memory, from PostgreSQL and while sales go on: first every inventory, then
 * every read model, and in both what is on sale soonest comes first. What was rebuilt already, by a buyer's request say, is
 * passed over.
 */
export async function redisRebuild(request: RedisRebuildRequest): Promise<RedisRebuildResult> {
  const story = openStory(mdText`### Redis has lost its memory, and is rebuilt\n\nNoticed by: ${request.cause}`);
  let position: RedisRebuildPosition = request.from ?? { pass: 'inventories', after: null, result: NOTHING };
  for (let page = 1; ; page++) {
    if (page > MOST_PAGES_PER_RUN || workflowInfo().continueAsNewSuggested) {
      return continueAsNew<typeof redisRebuild>({ ...request, from: position });
    }
    const eventIds = await untilDone.nextToRebuild(position.after);
    const { pass, result } = position;
    if (eventIds.length === 0) {
      story.tell(
        pass === 'inventories'
          ? mdText`All **inventories** are usable; ${result.inventories} of ${result.events} were built anew.`
          : mdText`All **read models** are as PostgreSQL says; ${result.readModels} were written anew.`,
      );
      if (pass === 'read models') {
        story.status('finished');
        return result;
      }
      position = { pass: 'read models', after: null, result };
      continue;
    }
    position = { pass, after: eventIds.at(-1) ?? null, result: await rebuildPage(pass, eventIds, request, result) };
  }
}

async function rebuildPage(
  pass: RedisRebuildPosition['pass'],
  eventIds: readonly string[],
  { cause }: RedisRebuildRequest,
  soFar: RedisRebuildResult,
): Promise<RedisRebuildResult> {
  if (pass === 'read models') {
    return { ...soFar, readModels: soFar.readModels + (await untilDone.rewriteAllReadModels(eventIds)) };
  }
  const built = await untilDone.rebuildUnusable(eventIds, cause);
  return { ...soFar, events: soFar.events + eventIds.length, inventories: soFar.inventories + built };
}
