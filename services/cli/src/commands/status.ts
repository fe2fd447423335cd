import type { DeliveryBacklog } from '@box-office/database';
import type { Command } from 'commander';
import { addCommand, type JsonOption } from '../command.js';
import type { CliContext } from '../context.js';
import { unavailable } from '../failure.js';
import { countOf, fields, instantOf, table } from '../output/table.js';
import { checkSystem, type SystemStatus } from '../status/check.js';
import type { Checked } from '../status/checked.js';
import { countsText } from './reconcile.js';

export function addStatus(program: Command, context: CliContext): void {
  addCommand(program, {
    name: 'status',
    summary: 'show whether everything is up, and what waits for the consumers and for an operator',
    more: 'The exit code is 3 if a process or server is not ready. A gateway is `degraded` if it serves and the worker in it lacks something. What cannot be read is `unknown`, with the reason.',
    examples: ['status', 'status --json'],
  }).action(async (options: JsonOption) => {
    const { output } = context;
    const status = await checkSystem(context);
    if (options.json) output.json(status);
    else for (const line of linesOf(status)) output.line(line);
    const down = status.parts.filter(({ state }) => state === 'not ready').map(({ part }) => part);
    if (down.length > 0) throw unavailable(`not ready: ${down.join(', ')}`);
  });
}

function linesOf(status: SystemStatus): string[] {
  const queues = status.queues;
  const textOf = <T extends object>(checked: Checked<T>, text: (value: T) => string): string =>
    'unknown' in checked ? `unknown: ${checked.unknown}` : text(checked);
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
      [
        'Audit consumer',
        textOf(status.auditLag, ({ oldestMessageAgeS: s }) => (s === 0 ? 'keeps up' : `${s} s behind`)),
      ],
      [
        'Wait for an operator',
        textOf(
          status.attention,
          ({ workflows, more }) => `${more ? 'more than ' : ''}${countOf(workflows, 'workflow')}`,
        ),
      ],
      [
        'Open findings',
        textOf(
          status.findings,
          ({ handedOver, found }) => `${handedOver} for an operator, ${found} about to be repaired`,
        ),
      ],
      ['Mails and webhooks', textOf(status.deliveries, deliveriesText)],
      ['Last comparison', textOf(status.lastRun, ({ run }) => (run === null ? 'never' : runText(run)))],
    ]),
  ];
}

/** What is due for longer waits for a server that does not take it, or for a worker. */
const LATE_S = 300;

/** Mails and messages to integrators: whether they are delivered in time. */
export function deliveriesText({ oldestDueMailS, failedMails, oldestDueWebhookS }: DeliveryBacklog): string {
  const faults = [
    ...(oldestDueMailS > LATE_S
      ? [`the oldest mail has been due for ${minutesOf(oldestDueMailS)} min (without SMTP_URL none is sent)`]
      : []),
    ...(oldestDueWebhookS > LATE_S
      ? [`the oldest message to integrators has been due for ${minutesOf(oldestDueWebhookS)} min`]
      : []),
  ];
  const inTime = faults.length === 0 ? 'delivered in time' : `degraded: ${faults.join(', ')}`;
  // Mistyped addresses, mostly.
  return failedMails > 0 ? `${inTime}; ${countOf(failedMails, 'mail', 'mails')} given up in 24 hours` : inTime;
}

const minutesOf = (seconds: number): number => Math.floor(seconds / 60);

function runText({ startedAt, finishedAt, counts, requestedBy }: NonNullable<ReconciliationRun>): string {
  if (finishedAt === null || counts === null) return `since ${instantOf(startedAt)}, for ${requestedBy}`;
  return `${instantOf(finishedAt)}, for ${requestedBy}. ${countsText(counts)}`;
}

type ReconciliationRun = Exclude<SystemStatus['lastRun'], { unknown: string }>['run'];
