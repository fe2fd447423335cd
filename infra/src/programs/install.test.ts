import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installScript } from './install.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script with commands that only note how they are called. Returns the lines about systemd. */
function runOn(enabledBefore: readonly string[]): string[] {
  const log = join(folder, 'log');
  const command = (name: string, body: string): void =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  command('apt-get', 'exit 0');
  const isEnabled = `case " ${enabledBefore.join(' ')} " in *" $3 "*) exit 0;; *) exit 1;; esac`;
  command('systemctl', `if [ "$1" = is-enabled ]; then ${isEnabled}; fi\necho "$@" >> ${log}`);
  writeFileSync(log, '');
  const places = { lock: join(folder, 'lock'), policy: join(folder, 'policy-rc.d'), systemd: folder };
  const script = installScript(['postgresql', 'redis-server'], places);
  const { status, stderr } = spawnSync('sh', ['-c', script], {
    env: { ...env, PATH: `${folder}:${env['PATH']}` },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return readFileSync(log, 'utf8').split('\n').filter(Boolean);
}

it('an installation disables the services that it has enabled', () => {
  expect(runOn([])).toEqual(['disable postgresql redis-server']);
});

it('an installation leaves the services enabled that the machine’s owner had enabled', () => {
  expect(runOn(['postgresql'])).toEqual(['disable redis-server']);
  expect(runOn(['postgresql', 'redis-server'])).toEqual([]);
});
