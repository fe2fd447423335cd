const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 15_000;
/** A process that stayed up this long is healthy again: its next death is a first one. */
const HEALTHY_AFTER_MS = 60_000;

export interface Backoff {
  /** How long to wait before the next start of a process that was up for `upMs`. */
  pauseMs(upMs: number): number;
}

/** Pauses of 250 ms, 500 ms, 1 s … up to 15 s; back to the first after a minute of health. */
export function createBackoff(): Backoff {
  let deaths = 0;
  return {
    pauseMs(upMs) {
      if (upMs >= HEALTHY_AFTER_MS) deaths = 0;
      const pauseMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(deaths, 10));
      deaths += 1;
      return pauseMs;
    },
  };
}
