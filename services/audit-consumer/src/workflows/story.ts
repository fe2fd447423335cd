import { ActivityFailure, ApplicationFailure, setCurrentDetails, TimeoutFailure } from '@temporalio/workflow';

/** Most lines that the current details keep; older ones are left out from the middle. */
const MOST_LINES = 60;

/** What an operator reads about a sweep or a rebuild in the Temporal UI, in markdown. */
export interface Story {
  tell(line: string): void;
}

export function openStory(headline: string): Story {
  const lines: string[] = [];
  setCurrentDetails(headline);
  return {
    tell(line) {
      lines.push(`- ${line}`);
      const told =
        lines.length <= MOST_LINES
          ? lines
          : [...lines.slice(0, 5), `- … ${lines.length - MOST_LINES} lines left out …`, ...lines.slice(5 - MOST_LINES)];
      setCurrentDetails([headline, '', ...told].join('\n'));
    },
  };
}

/** The innermost cause of a failed activity, in one line. */
export function causeOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return 'no answer in time';
  if (cause instanceof ApplicationFailure) return cause.message.split('\n', 1)[0] ?? '';
  return cause instanceof Error ? cause.message : String(cause);
}
