import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demandEarlierMigrations } from './older-code.js';
import { UpgradeFailure } from './upgrade-failure.js';

describe('the commit from which the upgrade is checked', () => {
  let root: string;
  const fileOf = (name: string): string => join(root, 'packages', 'database', 'migrations', name);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'older-code-'));
    mkdirSync(fileOf(''), { recursive: true });
    writeFileSync(fileOf('0001_a.sql'), 'select 1;');
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'older');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('may have fewer migrations than today’s code', () => {
    writeFileSync(fileOf('0002_b.sql'), 'select 2;');
    expect(() => demandEarlierMigrations(root, 'HEAD')).not.toThrow();
  });

  it('is refused in one line if it has others', () => {
    renameSync(fileOf('0001_a.sql'), fileOf('0001_b.sql'));
    expect(() => demandEarlierMigrations(root, 'HEAD')).toThrow(
      new UpgradeFailure(
        "Its database cannot follow: HEAD has the migration 0001_a.sql where today's code has 0001_b.sql. " +
          'Begin with a later commit (--from).',
      ),
    );
  });
});
