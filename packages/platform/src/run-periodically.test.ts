import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { runPeriodically } from './run-periodically.js';

const logger = createLogger({ service: 'test', level: 'silent' });

describe('runPeriodically', () => {
  it('continues after a failure, does not pause while there is more, and stops after its execution', async () => {
    const log: string[] = [];
    let finish: (() => void) | undefined;
    const task = runPeriodically({
      name: 'run the test',
      intervalMs: 1,
      logger,
      async execute() {
        log.push('started');
        if (log.length === 1) throw new Error('unavailable');
        if (log.length === 2) return true;
        await new Promise<void>((resolve) => (finish = resolve));
        log.push('finished');
        return false;
      },
    });
    await expect.poll(() => log.length).toBe(3);
    const stopped = task.stop();
    finish?.();
    await stopped;
    expect(log).toEqual(['started', 'started', 'started', 'finished']);
  });
});
