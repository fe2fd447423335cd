import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from './stack/repository.js';

/** Where each process declares what it reads. */
const CONFIGS = [
  'services/api/src/config.ts',
  'services/workflows/src/config.ts',
  'services/audit-consumer/src/config.ts',
  'services/shop/src/config.ts',
  'services/console/src/config.ts',
  'services/cli/src/config.ts',
  'packages/payments/src/settings.ts',
  'infra/payment-simulator/src/config.ts',
  'infra/mailbox/src/config.ts',
];
/** Names of a schema, not of an object that is made of what was read. */
const DECLARED = /^\s+([A-Z][A-Z0-9]*_[A-Z0-9_]+): (?!env\.)/gm;

const read = (path: string): string => readFileSync(join(repositoryRoot(), path), 'utf8');

describe('.env.example', () => {
  it('can be read by a shell as its header says', () => {
    const script = 'set -ae; . ./.env.example; printf "%s" "$SHOP_NAME"';
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: repositoryRoot(), encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'Box Office', stderr: '' });
  });

  it.each(CONFIGS)('explains every variable of %s', (file) => {
    const names = [...read(file).matchAll(DECLARED)].map(([, name = '']) => name);
    expect(names).not.toEqual([]);
    const explained = read('.env.example');
    expect(names.filter((name) => !new RegExp(`^(?:# ?)?${name}=`, 'm').test(explained))).toEqual([]);
  });
});
