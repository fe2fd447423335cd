import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { scriptOf } from './load-script.js';
import { runScript } from './script.js';
import { connected } from './testing/connected.js';

const redis = connected();
/** A script that the server cannot know yet. */
const unheardOf = (lua: string) => scriptOf(`-- ${randomUUID()}\n${lua}`);

describe('scripts', () => {
  it('run on a server that does not know them, once', async () => {
    const key = `script:${randomUUID()}`;
    const count = unheardOf(`return redis.call('INCRBY', KEYS[1], ARGV[1])`);
    expect(await runScript(redis, count, [key], [2])).toBe(2);
    expect(await runScript(redis, count, [key], [2])).toBe(4);
  });

  it('pass their own errors on', async () => {
    const failing = unheardOf(`return redis.error_reply('SOLD nothing')`);
    await expect(runScript(redis, failing, [], [])).rejects.toThrow('SOLD nothing');
  });
});
