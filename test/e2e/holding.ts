import { randomUUID } from 'node:crypto';
import { holdWorkflowId, type SerialRange, type Ticket } from '@box-office/contract';
import type { ServiceCounts } from '@box-office/infra';
import { Client, Connection } from '@temporalio/client';
import { expect, inject } from 'vitest';
import { newBuyer, openOffice, type Answer, type Office } from '../support/office.js';

export interface HoldBody {
  readonly holdId: string;
  readonly status: string;
  readonly items: readonly SerialRange[];
  readonly expiresAt: string;
  readonly purchaseId: string;
  readonly holdLapsed?: boolean;
}

export const bodyOf = (answer: Answer): HoldBody => answer.body as unknown as HoldBody;
export const serialsOf = (tickets: readonly Ticket[]): number[] => tickets.map((ticket) => ticket.serial);

/** Real processes, and what tests of holds do with them. */
export interface HoldOffice {
  readonly office: Office;
  readonly temporal: Client;
  ask(eventId: string, as: string, quantity: number, more?: object): Promise<Answer>;
  /** A hold of so many tickets of a new event, by a new buyer. */
  held(o: {
    readonly total: number;
    readonly quantity: number;
    readonly seconds?: number;
  }): Promise<HoldBody & { readonly eventId: string; readonly as: string }>;
  statusOf(holdId: string): Promise<string>;
  giveBack(holdId: string, as: string): Promise<Answer>;
  availableOf(eventId: string): Promise<number | undefined>;
  /** The status of the hold's workflow. */
  workflowOf(holdId: string): Promise<string>;
  close(): Promise<void>;
}

export async function openHoldOffice(counts?: ServiceCounts): Promise<HoldOffice> {
  const { temporalAddress, temporalNamespace } = inject('stack');
  const connection = await Connection.connect({ address: temporalAddress });
  const temporal = new Client({ connection, namespace: temporalNamespace });
  const office = await openOffice(counts);
  const ask: HoldOffice['ask'] = (eventId, as, quantity, more = {}) =>
    office.call('POST', '/api/tickets/holds', {
      as,
      role: 'buyer',
      headers: { 'idempotency-key': randomUUID() },
      body: { eventId, quantity, ...more },
    });
  return {
    ...{ office, temporal, ask },
    async held({ total, quantity, seconds }) {
      const { id: eventId } = await office.createEvent({ total });
      const as = newBuyer();
      const answer = await ask(eventId, as, quantity, seconds === undefined ? {} : { seconds });
      expect(answer.status).toBe(201);
      return { eventId, as, ...bodyOf(answer) };
    },
    statusOf: async (holdId) => bodyOf(await office.call('GET', `/api/tickets/holds/${holdId}`)).status,
    giveBack: (holdId, as) => office.call('DELETE', `/api/tickets/holds/${holdId}`, { as, role: 'buyer' }),
    availableOf: async (eventId) => (await office.call('GET', `/api/events/${eventId}`)).body.ticketTypes[0]?.available,
    workflowOf: async (holdId) => (await temporal.workflow.getHandle(holdWorkflowId(holdId)).describe()).status.name,
    async close() {
      await office.close();
      await connection.close();
    },
  };
}
