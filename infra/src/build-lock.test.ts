import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MODULE = new URL('../bootstrap/build-lock.mjs', import.meta.url).href;

it.runIf(process.platform === 'linux')('the lock of a build counts for nothing after its pid was reused', () => {
  const dir = mkdtempSync(join(tmpdir(), 'build-lock-'));
  const lock = join(dir, 'build.lock');
  const source = `
    import { alone } from '${MODULE}';
    await alone(() => console.log('built'), '${lock}');
  `;
  try {
    // This process, but of another start.
    writeFileSync(lock, `${process.pid} 1`);
    const options = { encoding: 'utf8', timeout: 20_000 } as const;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], options);
    expect(stdout).toBe('built\n');
  } finally {
    rmSync(dir, { recursive: true });
  }
});
