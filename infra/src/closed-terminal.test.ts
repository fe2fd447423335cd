import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MODULE = new URL('../bootstrap/closed-terminal.mjs', import.meta.url).href;

it('a launcher whose output is closed and that gets SIGHUP still stops what it started', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'terminal-'));
  const stopped = join(dir, 'stopped');
  const source = `
    import { writeFileSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { surviveClosedTerminal } from '${MODULE}';
    surviveClosedTerminal();
    setInterval(() => undefined, 1_000);
    process.on('SIGTERM', async () => {
      process.stdout.write('Stopping …');
      process.stderr.write('a warning');
      await sleep(100);
      process.stdout.write('Stopped.');
      writeFileSync('${stopped}', '');
      process.exit(0);
    });
    process.stdout.write('up');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    await once(child.stdout, 'data');
    for (const output of [child.stdout, child.stderr]) output.destroy();
    child.kill('SIGHUP');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(stopped)).toBe(true);
  } finally {
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true });
  }
});
