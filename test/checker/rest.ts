import { setTimeout as sleep } from 'node:timers/promises';
import { lookOnce, type LookOptions } from './looks.js';

/** One quiet look could fall between a commit and what it sets off. */
const QUIET_LOOKS = 3;

export interface RestOptions extends LookOptions {
  readonly restTimeoutMs: number;
  readonly lookEveryMs: number;
  /** Quiet looks in a row that count as rest. */
  readonly quietLooks?: number;
}

export interface Rest {
  readonly rested: boolean;
  /** When the first of the quiet looks was taken, or the wait was given up; epoch ms. */
  readonly atMs: number;
  /** What still moved at the last look. */
  readonly moving: readonly string[];
  /** Of the last look: while nothing has moved since, another look gives the same. */
  readonly marks: string;
}

/**
 * Waits until nothing is under way any longer: every purchase has its outcome, every cancellation is settled, every
 * queue is empty, no workflow is open but those of holds that stand, no consumer has a message in hand.
 */
export async function waitForRest(o: RestOptions): Promise<Rest> {
  const startedAt = Date.now();
  let quiet = 0;
  let quietSince = startedAt;
  let marks = '';
  for (;;) {
    const lookedAt = Date.now();
    const look = await lookOnce(o);
    if (look.moving.length > 0) quiet = 0;
    else if (quiet > 0 && look.marks === marks) quiet++;
    else {
      quiet = 1;
      quietSince = lookedAt;
    }
    marks = look.marks;
    if (quiet >= (o.quietLooks ?? QUIET_LOOKS)) return { rested: true, atMs: quietSince, moving: [], marks };
    if (Date.now() - startedAt >= o.restTimeoutMs) {
      const moving = look.moving.length > 0 ? look.moving : ['something in PostgreSQL'];
      return { rested: false, atMs: Date.now(), moving, marks };
    }
    await sleep(o.lookEveryMs);
  }
}
