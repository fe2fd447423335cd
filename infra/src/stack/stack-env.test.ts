import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeStackEnv, type StackEnv } from './stack-env.js';

const dir = mkdtempSync(join(tmpdir(), 'stack-env-'));
afterAll(() => rmSync(dir, { recursive: true }));

const env: StackEnv = {
  SHOP_URL: 'http://127.0.0.1:8081',
  MAILBOX_URL: 'http://127.0.0.1:8083',
  CONSOLE_URL: 'http://127.0.0.1:8082',
  API_URL: 'http://127.0.0.1:1',
  API_HEALTH_URL: 'http://127.0.0.1:7',
  WORKER_URL: 'http://127.0.0.1:2',
  AUDIT_CONSUMER_URL: 'http://127.0.0.1:3',
  DATABASE_URL: 'postgres://u:p@h:1/d?sslmode=require&options=-c%20x',
  DATABASE_OWNER_URL: "postgres://u:it's$HOME@h:1/d",
  REDIS_URL: 'redis://:p@h:1',
  AMQP_URL: 'amqp://u:p@h:1',
  TEMPORAL_ADDRESS: 'h:1',
  TEMPORAL_NAMESPACE: 'default',
  TEMPORAL_UI_URL: '',
  PAYMENT_URL: 'http://h:1',
  JWT_SECRET: 'secret',
  BUYER_ID: 'demo',
  BUYER_TOKEN: 'a.b-c_d',
  OPERATOR_TOKEN: 'a.b.c',
};

describe('stack.env', () => {
  it('gives a shell every value as it is, and can be read by its owner alone', () => {
    const file = join(dir, 'stack.env');
    writeStackEnv(file, env);
    writeStackEnv(file, env);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const printed = execFileSync('sh', ['-c', 'set -a; . "$1"; exec env', 'sh', file], { encoding: 'utf8' });
    for (const [name, value] of Object.entries(env)) expect(printed.split('\n')).toContain(`${name}=${String(value)}`);
  });
});
