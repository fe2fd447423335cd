import { relative } from 'node:path';

/** Where progress goes. `console` and pino loggers fit. */
export interface Reporter {
  info(line: string): void;
  warn(line: string): void;
}

export const silent: Reporter = { info: () => undefined, warn: () => undefined };

/** Time as a person reads it: `0.8 s`, `12 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A path as short as the reader's working directory allows. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
