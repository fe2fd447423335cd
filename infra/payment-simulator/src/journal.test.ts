import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournal, type Journal } from './journal.js';

let folder = '';
const opened: Journal[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterAll(async () => {
  // Some were closed by their test.
  await Promise.allSettled(opened.map((journal) => journal.close()));
  await rm(folder, { recursive: true });
});

async function reopen(name: string): Promise<{ journal: Journal; lines: string[] }> {
  const lines: string[] = [];
  const journal = await openJournal({
    file: join(folder, name),
    onLine: (line) => lines.push(line),
    onFailure: (error) => {
      throw error;
    },
  });
  opened.push(journal);
  return { journal, lines };
}

describe('openJournal', () => {
  it('has on disk whatever is settled, in order, without being closed', async () => {
    const { journal } = await reopen('settled');
    for (let i = 0; i < 1_000; i++) journal.append(`line ${i}`);
    await journal.settled();
    const { lines } = await reopen('settled');
    expect(lines).toEqual(Array.from({ length: 1_000 }, (_, i) => `line ${i}`));
  });

  it('settles lines that came while an earlier batch was on its way', async () => {
    const { journal } = await reopen('batches');
    for (let i = 0; i < 50; i++) {
      journal.append(`line ${i}`);
      if (i % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await journal.settled();
    expect((await readFile(join(folder, 'batches'), 'utf8')).trimEnd().split('\n')).toHaveLength(50);
    journal.append('one more');
    await journal.close();
    expect((await reopen('batches')).lines).toHaveLength(51);
  });

  it('drops a last line that was cut off, and continues after the last whole one', async () => {
    const first = await reopen('torn');
    first.journal.append('whole');
    await first.journal.close();
    await appendFile(join(folder, 'torn'), 'cut o');
    const second = await reopen('torn');
    expect(second.lines).toEqual(['whole']);
    second.journal.append('next');
    await second.journal.close();
    expect((await reopen('torn')).lines).toEqual(['whole', 'next']);
  });

  it('reads lines that span its reading chunks', async () => {
    const long = 'ü'.repeat(700_000);
    const { journal } = await reopen('long');
    journal.append(long);
    journal.append(long);
    await journal.close();
    expect((await reopen('long')).lines).toEqual([long, long]);
  });

  it('settles nothing any more once a write has failed', async () => {
    const failures: unknown[] = [];
    const journal = await openJournal({
      file: join(folder, 'failing'),
      onLine: () => undefined,
      onFailure: (error) => failures.push(error),
    });
    await journal.close();
    journal.append('written to a closed file');
    await expect(journal.settled()).rejects.toThrow();
    journal.append('and one more');
    await expect(journal.settled()).rejects.toThrow();
    expect(failures.length).toBeGreaterThan(0);
  });
});
