import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lockStack } from './launcher-lock.js';

const dir = mkdtempSync(join(tmpdir(), 'lock-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('the launcher’s lock', () => {
  it('is held by one, who is named to the others, until it is released', async () => {
    const file = join(dir, 'one.json');
    const lock = await lockStack(file);
    expect(await lockStack(file)).toEqual({ heldBy: process.pid });
    if ('release' in lock) lock.release();
    expect(existsSync(file)).toBe(false);
  });

  it('counts for nothing when its holder was killed, its pid was reused, or it is torn', async () => {
    for (const [i, left] of [`{"pid":${process.pid},"identity":"another/1"}`, '{"pid":'].entries()) {
      const file = join(dir, `left-${i}.json`);
      writeFileSync(file, left);
      expect(await lockStack(file)).toHaveProperty('release');
    }
  });
});
