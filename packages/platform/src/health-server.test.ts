import { Counter, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { runHealthChecks } from './health-checks.js';
import type { HealthChecks } from './health-checks.js';
import { startHealthServer } from './health-server.js';
import type { HealthServer } from './health-server.js';
import { createLogger } from './logger.js';

const logger = createLogger({ service: 'test', level: 'silent' });
const never = (): Promise<never> => new Promise(() => undefined);

describe('runHealthChecks', () => {
  it('reports each failed check by name, one that hangs included, within the limit', async () => {
    const startedAt = Date.now();
    const report = await runHealthChecks(
      {
        fine: () => Promise.resolve('pong'),
        away: () => Promise.reject(new Error('connection refused')),
        hangs: never,
      },
      50,
    );
    expect(report).toEqual({ ok: false, failed: { away: 'connection refused', hangs: 'no answer within 50 ms' } });
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });

  it('is ok when nothing is checked', async () => {
    expect(await runHealthChecks({}, 50)).toEqual({ ok: true, failed: {} });
  });
});

describe('startHealthServer', () => {
  let server: HealthServer | undefined;
  afterEach(() => server?.close());

  async function start(checks: HealthChecks, metrics?: Registry): Promise<(path: string) => Promise<Response>> {
    const options = { host: '127.0.0.1', port: 0, checks, logger };
    server = await startHealthServer(metrics ? { ...options, metrics } : options);
    const { port } = server;
    return (path) => fetch(`http://127.0.0.1:${port}${path}`);
  }

  it('stays alive while it is not ready', async () => {
    const get = await start({ database: () => Promise.reject(new Error('away')) });
    expect((await get('/livez')).status).toBe(200);
    const ready = await get('/readyz');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ ok: false, failed: { database: 'away' } });
  });

  it('is ready again as soon as the checks pass', async () => {
    let away = true;
    const get = await start({ database: () => (away ? Promise.reject(new Error('away')) : Promise.resolve()) });
    expect((await get('/readyz')).status).toBe(503);
    away = false;
    expect((await get('/readyz')).status).toBe(200);
  });

  it('is ready while a check fails without which it can work, and shows it', async () => {
    const degradingChecks = { broker: () => Promise.reject(new Error('not connected')) };
    server = await startHealthServer({ host: '127.0.0.1', port: 0, checks: {}, degradingChecks, logger });
    const answer = await fetch(`http://127.0.0.1:${server.port}/readyz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ ok: true, failed: {}, degraded: { broker: 'not connected' } });
  });

  it('is not ready once it was told to leave, whatever the checks say', async () => {
    const get = await start({});
    expect((await get('/readyz')).status).toBe(200);
    server?.failReadiness();
    expect((await get('/readyz')).status).toBe(503);
    expect((await get('/livez')).status).toBe(200);
  });

  it('runs the checks once for probes that arrive together', async () => {
    let runs = 0;
    const get = await start({
      slow: async () => {
        runs++;
        await new Promise((resolve) => setTimeout(resolve, 200));
      },
    });
    await Promise.all(['/readyz', '/readyz', '/readyz', '/readyz'].map(get));
    expect(runs).toBe(1);
  });

  it('serves the metrics of the registry that it was given', async () => {
    const metrics = new Registry();
    new Counter({ name: 'purchases_total', help: 'Purchases.', registers: [metrics] }).inc(3);
    const get = await start({}, metrics);
    expect(await (await get('/metrics')).text()).toContain('purchases_total 3');
    expect((await get('/other')).status).toBe(404);
  });
});
