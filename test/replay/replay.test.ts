import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { SCENARIOS } from './scenarios.js';

const HISTORIES = fileURLToPath(new URL('./histories/', import.meta.url));
const options: ReplayWorkerOptions = {
  workflowBundle: {
    codePath: fileURLToPath(new URL('../../services/workflows/dist/workflow-bundle.js', import.meta.url)),
  },
};

interface HistoryJson {
  events: { eventType: string; activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
}

const read = async (name: string): Promise<HistoryJson> =>
  JSON.parse(await readFile(`${HISTORIES}${name}.json`, 'utf8')) as HistoryJson;

const replay = (history: HistoryJson, name: string): Promise<void> =>
  Worker.runReplayHistory(options, historyFromJSON(history), name);

describe('the current workflow code', () => {
  it('has a committed history for every scenario', async () => {
    const committed = (await readdir(HISTORIES)).map((file) => file.replace('.json', '')).sort();
    expect(committed).toEqual(SCENARIOS.map((scenario) => scenario.name).sort());
  });

  it.each(SCENARIOS.map((scenario) => scenario.name))('replays the committed history %s', async (name) => {
    await replay(await read(name), name);
  });

  it('does not replay a history with another activity', async () => {
    const history = await read('declined');
    const scheduled = history.events.find((event) => event.activityTaskScheduledEventAttributes);
    const attributes = scheduled?.activityTaskScheduledEventAttributes;
    if (!attributes) throw new Error('the history has no activity to tamper with');
    attributes.activityType.name = 'anotherActivity';
    await expect(replay(history, 'tampered')).rejects.toThrow(DeterminismViolationError);
  });
});
