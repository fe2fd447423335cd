import type { Command } from 'commander';
import { addCommand, type JsonOption } from '../command.js';
import type { Counter } from '../counter.js';
import { away } from '../failure.js';
import { countOf, fields, instantOf, table } from '../output/table.js';
import { lookAtOffice, type OfficeStatus } from '../status/look.js';
import type { Looked } from '../status/looked.js';
import { wordsOfCounts } from './reconcile.js';

export function addStatus(program: Command, counter: Counter): void {
  addCommand(program, {
    name: 'status',
    summary: 'show whether everything is up, and what waits: for the consumers, and for a person',
    more: 'The exit code is 3 if a process or server is not ready. What cannot be asked for is `unknown`, with the reason.',
    examples: ['status', 'status --json'],
  }).action(async (options: JsonOption) => {
    const { output } = counter;
    const status = await lookAtOffice(counter);
    if (options.json) output.json(status);
    else for (const line of linesOf(status)) output.line(line);
    const down = status.parts.filter(({ state }) => state === 'not ready').map(({ part }) => part);
    if (down.length > 0) throw away(`not ready: ${down.join(', ')}`);
  });
}

function linesOf(status: OfficeStatus): string[] {
  const queues = status.queues;
  const told = <T extends object>(looked: Looked<T>, words: (value: T) => string): string =>
    'unknown' in looked ? `unknown: ${looked.unknown}` : words(looked);
  return [
    ...table(
      ['PART', 'STATE', 'DETAIL'],
      status.parts.map(({ part, state, detail }) => [part, state, detail]),
    ),
    '',
    ...('unknown' in queues
      ? [`Queues: unknown: ${queues.unknown}`]
      : table(
          ['QUEUE', 'WAITING', 'DEAD LETTERS'],
          queues.queues.map(({ queue, waiting, dead }) => [queue, waiting, dead]),
        )),
    '',
    ...fields([
      ['Audit consumer', told(status.auditLag, ({ oldestMessageAgeS: s }) => (s === 0 ? 'keeps up' : `${s} s behind`))],
      [
        'Wait for a person',
        told(status.attention, ({ workflows, more }) => `${more ? 'more than ' : ''}${countOf(workflows, 'workflow')}`),
      ],
      [
        'Open findings',
        told(status.findings, ({ handedOver, found }) => `${handedOver} for a person, ${found} about to be repaired`),
      ],
      ['Last comparison', told(status.lastSweep, ({ sweep }) => (sweep === null ? 'never' : wordsOfSweep(sweep)))],
    ]),
  ];
}

function wordsOfSweep({ startedAt, finishedAt, counts, requestedBy }: NonNullable<Sweep>): string {
  if (finishedAt === null || counts === null) return `since ${instantOf(startedAt)}, for ${requestedBy}`;
  return `${instantOf(finishedAt)}, for ${requestedBy}. ${wordsOfCounts(counts)}`;
}

type Sweep = Exclude<OfficeStatus['lastSweep'], { unknown: string }>['sweep'];
