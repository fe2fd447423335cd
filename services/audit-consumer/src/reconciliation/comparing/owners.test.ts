import { randomUUID } from 'node:crypto';
import type { EventRecord } from '@box-office/database';
import type { InventorySnapshot } from '@box-office/inventory';
import { expect, it } from 'vitest';
import { compareOwners } from './owners.js';

const taken = (owner: string, serial: number) => ({
  purchaseId: owner,
  items: [{ ticketType: 'standard', serials: [serial] }],
});

it('serials that Redis has lost are a finding whose action is what its repair does', () => {
  const [sale, hold] = [randomUUID(), randomUUID()];
  const record: Partial<EventRecord> = {
    details: { id: '1' } as EventRecord['details'],
    generation: 3,
    underWay: new Set(),
    taken: { sales: [taken(sale, 1)], reservations: [taken(hold, 2)] } as unknown as EventRecord['taken'],
  };
  const empty = { sales: [], reservations: [] } as unknown as InventorySnapshot;
  expect(compareOwners(record as EventRecord, empty)).toMatchObject([
    { kind: 'lost_hold', subject: sale, action: 'record the sale in Redis', repair: { kind: 'confirm_sale' } },
    {
      kind: 'lost_hold',
      subject: hold,
      action: 'rebuild the inventory from PostgreSQL',
      repair: { kind: 'rebuild_inventory' },
    },
  ]);
});
