import { joined, mdText, type Markdown } from '@box-office/contract';
import { ActivityFailure, ApplicationFailure, setCurrentDetails, TimeoutFailure } from '@temporalio/workflow';

/** Most lines that the current details keep; older ones are left out from the middle. */
const MOST_LINES = 60;

/** What an operator reads about a sweep or a rebuild in the Temporal UI. */
export interface Story {
  /** Adds a line with the time. */
  tell(line: Markdown): void;
  /** What stands at the top. */
  status(status: Status): void;
}

type Status = 'running' | 'finished' | 'failed';

const DO_FIRST: Readonly<Record<Status, Markdown>> = {
  running: mdText`Nothing to do.`,
  finished: mdText`Nothing to do, unless findings are handed over to a person: \`box-office findings\`.`,
  failed: mdText`**Do first:** see below what could not be done, and with \`box-office status\` which server does not answer. The next one tries again.`,
};

/** Its text begins with how it stands and what to do, and ends with an empty line: the UI cuts the last one off. */
export function openStory(headline: Markdown): Story {
  const lines: Markdown[] = [];
  let status: Status = 'running';
  let since = instantInWords();
  show();

  function show(): void {
    const leftOut = lines.length - MOST_LINES;
    const told =
      leftOut <= 0
        ? lines
        : [...lines.slice(0, 5), mdText`… ${leftOut} lines left out …`, ...lines.slice(5 - MOST_LINES)];
    const items = joined(
      told.map((line) => mdText`- ${line}`),
      '\n',
    );
    const standing = mdText`**Status:** ${status} since ${since}. ${DO_FIRST[status]}`;
    setCurrentDetails(joined([standing, headline, items, mdText``], '\n\n').markdown);
  }

  return {
    tell(line) {
      lines.push(mdText`${instantInWords()} ${line}`);
      show();
    },
    status(now) {
      status = now;
      since = instantInWords();
      show();
    },
  };
}

/** `2026-11-28 14:02:03Z`: this moment, to the second. */
const instantInWords = (): string => `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`;

/** The innermost cause of a failed activity, in one line. */
export function causeOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return 'no answer in time';
  if (cause instanceof ApplicationFailure) return cause.message.split('\n', 1)[0] ?? '';
  return cause instanceof Error ? cause.message : String(cause);
}
