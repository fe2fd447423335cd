import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostgres, findRedis } from './servers.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'servers-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** A folder with programs that only say their version. */
function folderWith(programs: readonly string[], version: string): string {
  const folder = mkdtempSync(join(home, 'bin-'));
  for (const name of programs) writeFileSync(join(folder, name), `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
  return folder;
}
const postgres = (version: string): string => folderWith(['postgres', 'initdb'], `postgres (PostgreSQL) ${version}`);

describe('the PostgreSQL of a stack', () => {
  it('is the version to which its data belongs, also beside a newer one', async () => {
    const folders = [postgres('17.2 (Debian 17.2-1.pgdg120+1)'), postgres('15.9')];
    expect(await findPostgres(folders, undefined)).toMatchObject({ majorVersion: 17 });
    expect(await findPostgres(folders, 15)).toMatchObject({ majorVersion: 15 });
    expect(await findPostgres(folders, 16)).toMatchObject({ majorVersion: 17 });
  });

  it('is none that is too old: the failure names the version that is needed', async () => {
    expect(await findPostgres([postgres('14.11'), postgres('16.1')], undefined)).toMatchObject({ majorVersion: 16 });
    await expect(findPostgres([postgres('14.11')], undefined)).rejects.toThrow('found 14, 15 or later is needed');
    expect(await findPostgres([], undefined)).toBeUndefined();
  });
});

it('the Redis of a stack is none that is too old', async () => {
  const redis = (version: string): string => folderWith(['redis-server'], `Redis server v=${version} sha=00000000:0`);
  const folder = redis('7.0.15');
  expect(await findRedis([folder])).toBe(join(folder, 'redis-server'));
  await expect(findRedis([redis('6.0.16')])).rejects.toThrow('found 6, 7 or later is needed');
});
