import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, inject, it } from 'vitest';
import { startTestSystem } from '../support/test-system.js';
import { RECOVERY_IDLE_MS } from './other-scenarios.js';
import { AUTHENTICATION_TIMEOUT_MS } from './purchase-scenarios.js';
import { SCENARIOS } from './scenarios.js';

// Run by `npm run record:histories`, never by `npm test`. An existing history is kept, so that today's code must replay
// the history of earlier code. After a deliberate break, delete the history, record it again, and review the diff.
it('records a history of each scenario that has none', async () => {
  const stack = inject('stack');
  const system = await startTestSystem(
    { api: 1, worker: 1, auditConsumer: 1 },
    {
      AUTHENTICATION_TIMEOUT_MS: String(AUTHENTICATION_TIMEOUT_MS),
      RECOVERY_IDLE_MS: String(RECOVERY_IDLE_MS),
      // The worker sends mails, of which none is due.
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'tickets@shop.example',
      SHOP_URL: 'https://shop.example',
      // The scenarios start these workflows.
      RECONCILIATION_EVERY_MS: '0',
      RECOVERY_EVERY_MS: '0',
    },
  );
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const client = new Client({ connection, namespace: stack.temporalNamespace });
    for (const scenario of SCENARIOS) {
      const file = new URL(`./histories/${scenario.name}.json`, import.meta.url);
      if (existsSync(file)) continue;
      const handle = await scenario.record({
        client,
        redis: system.redis,
        paymentUrl: stack.paymentUrl,
        createEvent: async () => (await system.createEvent({ total: 40 })).id,
      });
      const json = historyToJSON(await handle.fetchHistory());
      await writeFile(file, `${json}\n`);
    }
    expect(SCENARIOS.length).toBeGreaterThan(0);
  } finally {
    await connection.close();
    await system.close();
  }
}, 600_000);
