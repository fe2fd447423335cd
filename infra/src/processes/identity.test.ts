import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LauncherFailure } from '../failure.js';
import { linuxIdentity, psIdentity } from './identity.js';

afterEach(() => vi.unstubAllEnvs());

describe('the identity by /proc', () => {
  it('is undefined if there is no such process, and takes none for dead that cannot be read', () => {
    const proc = mkdtempSync(join(tmpdir(), 'proc-'));
    onTestFinished(() => rmSync(proc, { recursive: true }));
    expect(linuxIdentity(7, proc)).toBeUndefined();
    // Reading a folder fails with another error than that there is none.
    mkdirSync(join(proc, '7', 'stat'), { recursive: true });
    expect(() => linuxIdentity(7, proc)).toThrow(LauncherFailure);
  });
});

describe('the identity by ps', () => {
  it('is the same in every time zone and language', () => {
    const identities = [
      ['Asia/Tokyo', 'C'],
      ['America/New_York', 'en_US.UTF-8'],
      ['Europe/Berlin', 'de_DE.UTF-8'],
    ].map(([zone, locale]) => {
      vi.stubEnv('TZ', zone);
      vi.stubEnv('LC_ALL', locale);
      return psIdentity(process.pid);
    });
    expect(identities[0]).toMatch(/^\w{3} .*\d{4}$/);
    expect(new Set(identities).size).toBe(1);
  });

  it('is undefined if there is no such process', () => {
    expect(psIdentity(2 ** 31 - 1)).toBeUndefined();
  });

  it.each([
    ['is not there', undefined],
    ['fails', 'exit 2'],
    ['takes too long', 'exec /bin/sleep 60'],
  ])('takes no process for dead because ps %s', (_, script) => {
    const dir = mkdtempSync(join(tmpdir(), 'ps-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    if (script !== undefined) writeFileSync(join(dir, 'ps'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', dir);
    expect(() => psIdentity(process.pid)).toThrow(LauncherFailure);
  });
});
