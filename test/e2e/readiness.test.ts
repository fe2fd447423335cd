import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { openLine, type TcpLine } from '../faults/ground/tcp-line.js';
import { openOffice, type Office } from '../support/office.js';
import { until } from '../support/until.js';

/** A probe's own limit is a little more than that of the checks. */
const PROBE_MS = 3_000;

let office: Office;
let lines: Readonly<Record<'redis' | 'postgres', TcpLine>>;

beforeAll(async () => {
  const { redisUrl, serviceEnv } = inject('stack');
  // As the services' own role.
  const { DATABASE_URL: databaseUrl = '' } = serviceEnv;
  lines = {
    redis: await openLine(Number(new URL(redisUrl).port)),
    postgres: await openLine(Number(new URL(databaseUrl).port)),
  };
  const over = (url: string, line: TcpLine): string => {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String(line.port);
    return changed.href;
  };
  office = await openOffice(
    { auditConsumer: 1 },
    {
      REDIS_URL: over(redisUrl, lines.redis),
      DATABASE_URL: over(databaseUrl, lines.postgres),
    },
  );
});
afterEach(async () => {
  for (const line of Object.values(lines)) await line.set({ kind: 'open' });
});
afterAll(async () => {
  await office.close();
  for (const line of Object.values(lines)) await line.close();
});

it.each(['redis', 'postgres'] as const)(
  'the audit consumer is not ready while %s is frozen',
  async (name) => {
    const ready = async (): Promise<number> => {
      const url = `${office.services.auditConsumer[0]?.url ?? ''}/readyz`;
      return (await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) })).status;
    };
    await until(async () => expect(await ready()).toBe(200), 30_000);
    await lines[name].set({ kind: 'silent' });
    expect(await ready()).toBe(503);
    await lines[name].set({ kind: 'open' });
    await until(async () => expect(await ready()).toBe(200), 30_000);
  },
  90_000,
);
