import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, inject, it } from 'vitest';
import { startTestSystem } from '../support/test-system.js';
import { AUTHENTICATION_TIMEOUT_MS, runScenario, SCENARIOS } from './scenarios.js';

// Run by `npm run record:histories`, never by `npm test`. An existing history is kept, so that today's code must replay
// the history of earlier code. After a deliberate break, delete the history, record it again, and review the diff.
it('records a history of each scenario that has none', async () => {
  const stack = inject('stack');
  const system = await startTestSystem(
    { api: 1, worker: 1 },
    { AUTHENTICATION_TIMEOUT_MS: String(AUTHENTICATION_TIMEOUT_MS) },
  );
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const client = new Client({ connection, namespace: stack.temporalNamespace });
    for (const scenario of SCENARIOS) {
      const file = new URL(`./histories/${scenario.name}.json`, import.meta.url);
      if (existsSync(file)) continue;
      const [event, other] = [await system.createEvent({ total: 40 }), await system.createEvent({ total: 40 })];
      const servers = { client, paymentUrl: stack.paymentUrl };
      const handle = await runScenario(servers, [event.id, other.id], scenario);
      const json = historyToJSON(await handle.fetchHistory());
      await writeFile(file, `${json}\n`);
    }
    expect(SCENARIOS.length).toBeGreaterThan(0);
  } finally {
    await connection.close();
    await system.close();
  }
});
