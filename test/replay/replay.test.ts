import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as contract from '@box-office/contract';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { bundleOf } from '../support/workflow-bundles.js';
import { SCENARIOS } from './scenarios.js';

const HISTORIES = fileURLToPath(new URL('./histories/', import.meta.url));
const ROOT = new URL('../../', import.meta.url);

interface HistoryJson {
  events: {
    eventType: string;
    workflowExecutionStartedEventAttributes?: { workflowType: { name: string } };
    activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  }[];
}

const read = async (name: string): Promise<HistoryJson> =>
  JSON.parse(await readFile(`${HISTORIES}${name}.json`, 'utf8')) as HistoryJson;

const typeOf = ({ events }: HistoryJson): string =>
  events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name ?? '';

function replay(history: HistoryJson, name: string): Promise<void> {
  const codePath = fileURLToPath(new URL(bundleOf(typeOf(history)), ROOT));
  return Worker.runReplayHistory({ workflowBundle: { codePath } }, historyFromJSON(history), name);
}

describe('the current workflow code', () => {
  it('has a committed history for every scenario', async () => {
    const committed = (await readdir(HISTORIES)).map((file) => file.replace('.json', '')).sort();
    expect(committed).toEqual(SCENARIOS.map((scenario) => scenario.name).sort());
  });

  it('has a committed history of every workflow type', async () => {
    const types = new Set<string>();
    for (const { name } of SCENARIOS) types.add(typeOf(await read(name)));
    const ofContract = Object.entries(contract).flatMap(([name, type]) => (name.endsWith('_WORKFLOW') ? [type] : []));
    expect([...types].sort()).toEqual(ofContract.sort());
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
