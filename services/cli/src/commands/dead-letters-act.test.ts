import { PassThrough } from 'node:stream';
import { CAPACITY_UPDATES_QUEUE, oneLine } from '@box-office/contract';
import type { DeadLetter, DeadLetterAdmin } from '@box-office/messaging';
import { beforeEach, describe, expect, it } from 'vitest';
import { configOf } from '../config.js';
import { createCliContext } from '../context.js';
import { createOutput } from '../output/output.js';
import { createProgram } from '../program.js';

const OTHER_QUEUE = 'ticket.transactions';
let err: PassThrough;

beforeEach(() => {
  err = new PassThrough();
});

const letters = (count: number): DeadLetter[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `letter-${i}`,
    queue: CAPACITY_UPDATES_QUEUE,
    content: '{}',
    bytes: 2,
    publishedAt: null,
    cause: { reason: 'unparsable', detail: 'not JSON', at: null },
  }));

/** Runs a command on these dead letters of one queue, of which nothing is taken. */
function run(dead: readonly DeadLetter[], ...args: string[]): Promise<unknown> {
  const admin: DeadLetterAdmin = {
    queues: [CAPACITY_UPDATES_QUEUE, OTHER_QUEUE],
    count: async () => [
      { queue: CAPACITY_UPDATES_QUEUE, waiting: 0, dead: dead.length },
      { queue: OTHER_QUEUE, waiting: 0, dead: 0 },
    ],
    list: async ({ queue, limit }) => (queue === CAPACITY_UPDATES_QUEUE ? dead.slice(0, limit) : []),
    replay: async () => [],
    drop: async () => [],
  };
  const output = createOutput({ out: new PassThrough(), err });
  const context = createCliContext({ output, readConfig: () => configOf({}, []) });
  const program = createProgram({
    ...context,
    withDatabase: (work) => work(null as never),
    withDeadLetters: (work) => work(admin),
  });
  const why = ['--reason', 'looked at them', '--operator', 'ann'];
  return program.parseAsync(['dead-letters', ...args, ...(args[0] === 'list' ? [] : why)], { from: 'user' });
}

describe('a drop of dead letters', () => {
  it('names the number of all that are dropped before it asks, however many there are', async () => {
    await expect(run(letters(2_345), 'drop', '--all')).rejects.toThrow('nothing was done');
    const shown = String(err.read());
    expect(shown).toMatch(/^drop 2345 messages permanently;/);
    expect(shown).toContain('letter-19');
    expect(shown).toMatch(/\n… and 2325 more\n$/);
  });

  it('needs a reason', async () => {
    await expect(run([], 'drop', '--all', '--reason', '')).rejects.toThrow('It must not be empty');
  });

  it('says that not all were looked through for a cause', async () => {
    await run(letters(2_001), 'drop', '--cause', 'conflict', '--yes');
    expect(String(err.read())).toBe('Only the oldest 2000 of a queue are looked through; there are more.\n');
    await run(letters(2_000), 'drop', '--cause', 'conflict', '--yes');
    expect(err.read()).toBeNull();
  });

  it('is preceded by a list that says so too', async () => {
    for (const { dead, args, said } of [
      { dead: 101, args: [], said: /oldest 100 of a queue/ },
      { dead: 100, args: [], said: undefined },
      { dead: 2_001, args: ['--cause', 'conflict'], said: /oldest 2000 of a queue/ },
    ]) {
      await run(letters(dead), 'list', ...args);
      const shown: unknown = err.read();
      if (said) expect(String(shown)).toMatch(said);
      else expect(shown).toBeNull();
    }
  });

  it('says how many of the ids name no dead letter, also where it cannot list them all', async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `${i}-9d2c5c0e-1b7e-5a55-9c1e-7b8f6f0a4a11`);
    const failure = await run([], 'drop', '--yes', ...ids).catch(String);
    expect(oneLine(String(failure))).toMatch(/: 40 ids name no dead letter: 0-9d2c5c0e-[^]*…$/);
    await expect(run([], 'drop', '--yes', 'x')).rejects.toThrow('no such dead letter: x');
  });
});
