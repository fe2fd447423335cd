import { joined, mdText, type Markdown } from '@box-office/contract';
import { setCurrentDetails } from '@temporalio/workflow';

/** Lines that the current details keep: the first ones and the last ones. */
const MAX_LINES = 60;
const FIRST_LINES = 5;

/** What an operator reads about a workflow in the Temporal UI: its current details. */
export interface ProgressLog<Status extends string> {
  /** Adds a line with the time. */
  append(line: Markdown): void;
  /** Sets the line above the others; the next call replaces it. */
  progress(line: Markdown): void;
  /** Sets the status that the summary shows. @returns whether it changed */
  status(status: Status): boolean;
  /** Writes the summary again, after something else that it shows has changed. */
  refresh(): void;
  /** The whole text, in Markdown. */
  text(): string;
}

/**
 * Keeps the progress of a workflow in Markdown: a summary, the title, what happened with the time, and the remarks that
 * people wrote. The text is kept in the memory of the worker and adds nothing to the history.
 */
export function openProgressLog<Status extends string>(o: {
  readonly title: Markdown;
  readonly status: Status;
  /** What the text begins with. `sinceMs`: when the status was set, in milliseconds since 1970. */
  readonly summary: (status: Status, sinceMs: number) => readonly Markdown[];
  /** Free text of people, each with a label. */
  readonly remarks?: readonly Markdown[];
}): ProgressLog<Status> {
  const lines: Markdown[] = [];
  let { status } = o;
  let sinceMs = Date.now();
  let progress: Markdown | undefined;
  let isRefreshDue = false;

  function text(): string {
    const left = lines.length - MAX_LINES;
    const kept =
      left <= 0
        ? lines
        : [...lines.slice(0, FIRST_LINES), mdText`… ${left} lines left out …`, ...lines.slice(FIRST_LINES - MAX_LINES)];
    const parts = [...o.summary(status, sinceMs), o.title];
    if (progress !== undefined) parts.push(progress);
    // The Temporal UI cuts off the last line.
    parts.push(asList([...kept, ...(o.remarks ?? [])]), mdText``);
    return joined(parts, '\n\n').markdown;
  }

  const show = (): void => setCurrentDetails(text());

  /** Once for all lines that are appended in one activation: a batch of fifty appends many. */
  function refresh(): void {
    if (isRefreshDue) return;
    isRefreshDue = true;
    void Promise.resolve().then(() => {
      isRefreshDue = false;
      show();
    });
  }

  show();
  return {
    text,
    refresh,
    append(line) {
      lines.push(mdText`${formatInstant(Date.now())} ${line}`);
      refresh();
    },
    progress(line) {
      progress = line;
      show();
    },
    status(next) {
      const isChanged = next !== status;
      if (isChanged) {
        status = next;
        sinceMs = Date.now();
      }
      show();
      return isChanged;
    },
  };
}

const asList = (items: readonly Markdown[]): Markdown =>
  joined(
    items.map((item) => mdText`- ${item}`),
    '\n',
  );

/** `2026-11-28 14:02:03Z`: UTC, to the second. */
export const formatInstant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
