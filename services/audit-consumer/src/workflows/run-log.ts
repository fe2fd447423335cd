import { mdText, type Markdown } from '@box-office/contract';
import { formatInstant, openProgressLog, type ProgressLog } from '@box-office/temporal/workflow';

type RunStatus = 'running' | 'finished' | 'failed';

/** The progress log of a workflow of the audit consumer. */
export type RunLog = ProgressLog<RunStatus>;

const FIND_SERVER = mdText`\`box-office status\` shows which server does not answer.`;

const DO_FIRST: Readonly<Record<RunStatus, Markdown>> = {
  running: mdText`Nothing to do.`,
  finished: mdText`Nothing to do, unless findings are handed over to an operator: \`box-office findings\`.`,
  failed: mdText`**Do first:** read below which step failed. ${FIND_SERVER} The next run tries again.`,
};

export const openRunLog = (title: Markdown): RunLog =>
  openProgressLog<RunStatus>({
    title,
    status: 'running',
    summary: (status, sinceMs) => [mdText`**Status:** ${status} since ${formatInstant(sinceMs)}. ${DO_FIRST[status]}`],
  });
