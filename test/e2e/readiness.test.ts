import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { openTcpProxy, type TcpProxy } from '../faults/harness/tcp-proxy.js';
import { startTestSystem, type TestSystem } from '../support/test-system.js';
import { until } from '../support/until.js';

/** A little more than the timeout of the readiness checks. */
const PROBE_MS = 3_000;

let system: TestSystem;
let proxies: Readonly<Record<'redis' | 'postgres', TcpProxy>>;

beforeAll(async () => {
  const { redisUrl, serviceEnv } = inject('stack');
  // With the role of the services.
  const { DATABASE_URL: databaseUrl = '' } = serviceEnv;
  proxies = {
    redis: await openTcpProxy(Number(new URL(redisUrl).port)),
    postgres: await openTcpProxy(Number(new URL(databaseUrl).port)),
  };
  const over = (url: string, proxy: TcpProxy): string => {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String(proxy.port);
    return changed.href;
  };
  system = await startTestSystem(
    { auditConsumer: 1 },
    {
      REDIS_URL: over(redisUrl, proxies.redis),
      DATABASE_URL: over(databaseUrl, proxies.postgres),
    },
  );
});
afterEach(async () => {
  for (const proxy of Object.values(proxies)) await proxy.set({ kind: 'open' });
});
afterAll(async () => {
  await system.close();
  for (const proxy of Object.values(proxies)) await proxy.close();
});

it.each(['redis', 'postgres'] as const)('the audit consumer is not ready while %s does not answer', async (name) => {
  const ready = async (): Promise<number> => {
    const url = `${system.services.auditConsumer[0]?.url ?? ''}/readyz`;
    return (await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) })).status;
  };
  await until(async () => expect(await ready()).toBe(200), 30_000);
  await proxies[name].set({ kind: 'silent' });
  expect(await ready()).toBe(503);
  await proxies[name].set({ kind: 'open' });
  await until(async () => expect(await ready()).toBe(200), 30_000);
});
