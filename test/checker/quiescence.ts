import { setTimeout as sleep } from 'node:timers/promises';
import { checkProgress, type ProgressCheckOptions } from './progress-check.js';

/** A single check could fall between a commit and the work that the commit triggers. */
const QUIESCENT_CHECKS = 3;

export interface QuiescenceOptions extends ProgressCheckOptions {
  readonly quiescenceTimeoutMs: number;
  readonly checkIntervalMs: number;
  /** Consecutive checks that must find nothing in progress. */
  readonly quiescentChecks?: number;
}

export interface Quiescence {
  readonly isQuiescent: boolean;
  /** When the first of the consecutive quiescent checks was made, or the wait timed out; epoch ms. */
  readonly atMs: number;
  /** What the last check found in progress. */
  readonly inProgress: readonly string[];
  /** Of the last check. As long as a later check gives the same value, nothing has changed. */
  readonly watermark: string;
}

/**
 * Waits until nothing is in progress: every purchase has its outcome, every cancellation is settled, every queue is
 * empty, no workflow is open except those of active holds, and no consumer has an unacknowledged message.
 */
export async function waitForQuiescence(o: QuiescenceOptions): Promise<Quiescence> {
  const required = o.quiescentChecks ?? QUIESCENT_CHECKS;
  const startedAt = Date.now();
  let quiescentChecks = 0;
  let quiescentSince = startedAt;
  let watermark = '';
  for (;;) {
    const checkedAt = Date.now();
    const check = await checkProgress(o);
    if (check.inProgress.length > 0) quiescentChecks = 0;
    else if (quiescentChecks > 0 && check.watermark === watermark) quiescentChecks++;
    else {
      quiescentChecks = 1;
      quiescentSince = checkedAt;
    }
    ({ watermark } = check);
    if (quiescentChecks >= required) return { isQuiescent: true, atMs: quiescentSince, inProgress: [], watermark };
    if (Date.now() - startedAt >= o.quiescenceTimeoutMs) {
      const inProgress = check.inProgress.length > 0 ? check.inProgress : ['something in PostgreSQL'];
      return { isQuiescent: false, atMs: Date.now(), inProgress, watermark };
    }
    await sleep(o.checkIntervalMs);
  }
}
