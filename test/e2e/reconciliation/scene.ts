import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { newBuyer, openOffice, type Office } from '../../support/office.js';
import { until } from '../../support/until.js';
import { openBackstage, type Backstage } from './backstage.js';
import { findings, inWords, lightLoad, sweep } from './sweeping.js';

export const PRICE_MINOR = 2_500;
/** Shorter than in service, where nobody waits for it. */
const SECOND_LOOK_MS = '1000';

/** A purchase of two tickets with all that follows it. */
export interface Sold {
  readonly eventId: string;
  readonly purchaseId: string;
  readonly transactionId: string;
  readonly userId: string;
}

/** A running office in which differences are planted, and the ways to do so. */
export interface Scene {
  readonly office: Office;
  readonly backstage: Backstage;
  /** With a second ticket type, `others`, for the buyers who are not to touch what is planted. */
  createEvent(): Promise<string>;
  /** Sells two tickets of type `standard`, and waits until both messages are written down. */
  sold(eventId: string): Promise<Sold>;
  /** The id of a new purchase that was declined. */
  declined(eventId: string): Promise<string>;
  /** Charges a purchase as nobody should; returns the authorisation. */
  charge(purchaseId: string, o: { readonly capture: boolean; readonly amountMinor?: number }): Promise<string>;
  plantedUnderLoad<T>(o: PlantedUnderLoad<T>): Promise<void>;
  /** A further look finds nothing, and what stands is still the same finding. */
  expectNothingNew(eventId: string): Promise<void>;
  /** What Redis counts of the event's first ticket type. */
  countsOf(eventId: string): Promise<{ held: number; sold: number; available: number }>;
  /** At rest Redis has as sold what is valid in PostgreSQL, holds nothing, and the capacity is what is left. */
  expectAgreement(eventId: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Plants something at an event while others buy other tickets there, and has it compared twice: the first time finds what
 * was planted and nothing else, the second one finds nothing. (Whoever buys the very tickets may put it right before.)
 */
interface PlantedUnderLoad<T> {
  readonly plant: (sale: Sold) => Promise<T>;
  readonly finds: readonly string[];
  /** While the buyers still buy. */
  readonly after?: (sale: Sold, planted: T) => Promise<void>;
}

/** Opens it for one test file. */
export async function openScene(
  o: { readonly gateways?: number; readonly auditConsumers?: number; readonly env?: Record<string, string> } = {},
): Promise<Scene> {
  const counts = { api: o.gateways ?? 1, worker: 1, auditConsumer: o.auditConsumers ?? 1 };
  const env = { RECONCILIATION_SECOND_LOOK_MS: SECOND_LOOK_MS, PURCHASE_WAIT_MS: '30000', ...o.env };
  const office = await openOffice(counts, env);
  const backstage = await openBackstage(office);

  async function createEvent(): Promise<string> {
    const ticketTypes = [
      { name: 'standard', priceMinor: PRICE_MINOR, total: 2_000 },
      { name: 'others', priceMinor: 500, total: 2_000 },
    ];
    return (await office.createEvent({ ticketTypes })).id;
  }

  async function sold(eventId: string): Promise<Sold> {
    const userId = newBuyer();
    const { status, body } = await office.buy({ eventId, quantity: 2 }, { as: userId });
    expect(status).toBe(201);
    const { purchaseId, transactionId } = body;
    await until(async () => {
      const { rows } = await office.pool.query<{ lines: number }>(
        `select (select count(*) from capacity_ledger where purchase_id = $1)::int
              + (select count(*) from audit_logs where purchase_id = $1)::int as lines`,
        [purchaseId],
      );
      expect(rows[0]?.lines).toBe(2);
    }, 30_000);
    return { eventId, purchaseId, transactionId, userId };
  }

  async function plantedUnderLoad<T>({ plant, finds, after }: PlantedUnderLoad<T>): Promise<void> {
    const eventId = await createEvent();
    const sale = await sold(eventId);
    const load = lightLoad(office, eventId, { ticketType: 'others' });
    try {
      const planted = await plant(sale);
      await until(async () => {
        await sweep(office, eventId);
        expect(inWords(await findings(office, { eventId }))).toEqual(finds);
      }, 60_000);
      await after?.(sale, planted);
      await expectNothingNew(eventId);
    } finally {
      expect(await load.stop()).toBeGreaterThan(0);
    }
  }

  async function expectNothingNew(eventId: string): Promise<void> {
    const seen = async () =>
      (await findings(office, { eventId }))
        .filter(({ status }) => status !== 'gone')
        .map(({ findingId, kind, subject, status, action }) => [findingId, kind, subject, status, action].join(' '));
    const before = await seen();
    await sweep(office, eventId);
    expect(await seen()).toEqual(before);
  }

  async function countsOf(eventId: string): Promise<{ held: number; sold: number; available: number }> {
    const look = await backstage.inventory.look(eventId);
    const [type] = look.kind === 'counted' ? look.event.ticketTypes : [];
    if (!type) throw new Error('the inventory cannot be used');
    return type;
  }

  return {
    ...{ office, backstage, createEvent, sold, plantedUnderLoad, expectNothingNew, countsOf },

    async declined(eventId) {
      await office.buy({ eventId, quantity: 1, payment: { method: 'pm_decline_no_money' } });
      // On a busy machine the answer may have been 202.
      return until(async () => {
        const { rows } = await office.pool.query<{ id: string }>(
          `select id from event_ticket_transactions where event_id = $1 and status = 'declined'`,
          [eventId],
        );
        const [purchase] = rows;
        if (!purchase) throw new Error('nothing was declined yet');
        return purchase.id;
      }, 30_000);
    },

    async charge(purchaseId, { capture, amountMinor = 700 }) {
      const request = { amountMinor, currency: 'EUR', method: 'pm_approve', purchaseId };
      const paid = await backstage.payments.authorise({ key: `planted:${randomUUID()}`, ...request });
      if (paid.kind !== 'authorised') throw new Error(paid.reason);
      const { authorisationId } = paid;
      if (capture) await backstage.payments.capture({ key: `planted:${randomUUID()}`, authorisationId });
      return authorisationId;
    },

    async expectAgreement(eventId) {
      await until(async () => {
        const { rows } = await office.pool.query<{ valid: number; capacity: number; total: number }>(
          `select (select count(*) from event_tickets where event_id = $1 and status = 'valid')::int as valid,
                  (select sum(total) from event_ticket_types where event_id = $1)::int as total, capacity
             from events where id = $1`,
          [eventId],
        );
        const [record] = rows;
        const look = await backstage.inventory.look(eventId);
        const types = look.kind === 'counted' ? look.event.ticketTypes : [];
        const sum = (of: 'held' | 'sold'): number => types.reduce((total, type) => total + type[of], 0);
        expect([look.kind, sum('held'), sum('sold')]).toEqual(['counted', 0, record?.valid]);
        expect(record?.capacity).toBe((record?.total ?? 0) - (record?.valid ?? 0));
      }, 30_000);
    },

    async close() {
      await backstage.close();
      await office.close();
    },
  };
}
