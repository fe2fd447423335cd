import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, inject, it } from 'vitest';
import { openOffice } from '../support/office.js';
import { play, SCENARIOS } from './scenarios.js';

// Run by `npm run record:histories`, never by `npm test`. A history that is there stays: today's code is to replay what was
// recorded by the code of its day. After a deliberate break, delete it, have it recorded anew, and look at the diff.
it('records the histories of the scenarios that have none', async () => {
  const stack = inject('stack');
  const office = await openOffice({ api: 1, worker: 1 });
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const client = new Client({ connection, namespace: stack.temporalNamespace });
    for (const scenario of SCENARIOS) {
      const file = new URL(`./histories/${scenario.name}.json`, import.meta.url);
      if (existsSync(file)) continue;
      const event = await office.createEvent({ total: 40 });
      const handle = await play(client, event.id, scenario);
      const json = historyToJSON(await handle.fetchHistory());
      await writeFile(file, `${json}\n`);
    }
    expect(SCENARIOS.length).toBeGreaterThan(0);
  } finally {
    await connection.close();
    await office.close();
  }
}, 120_000);
