import { randomUUID } from 'node:crypto';
import type { Schema } from '@box-office/api-client';
import { holdWorkflowId, type SerialRange, type Ticket } from '@box-office/contract';
import type { ServiceCounts } from '@box-office/infra';
import { Client, Connection } from '@temporalio/client';
import { expect, inject } from 'vitest';
import { newBuyer, startTestSystem, type Answer, type TestSystem } from '../support/test-system.js';

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

/** A test system with helpers for holds. */
export interface HoldFixture {
  readonly system: TestSystem;
  readonly temporal: Client;
  requestHold(eventId: string, as: string, quantity: number, more?: object): Promise<Answer>;
  /** Creates an event with `total` tickets, of which a new buyer holds `quantity`. */
  createHold(o: {
    readonly total: number;
    readonly quantity: number;
    readonly seconds?: number;
  }): Promise<HoldBody & { readonly eventId: string; readonly as: string }>;
  statusOf(holdId: string): Promise<Schema<'Hold'>['status'] | undefined>;
  releaseHold(holdId: string, as: string): Promise<Answer>;
  availableOf(eventId: string): Promise<number | null | undefined>;
  workflowStatusOf(holdId: string): Promise<string>;
  close(): Promise<void>;
}

export async function openHoldFixture(counts?: ServiceCounts, env?: Record<string, string>): Promise<HoldFixture> {
  const { temporalAddress, temporalNamespace } = inject('stack');
  const connection = await Connection.connect({ address: temporalAddress });
  const temporal = new Client({ connection, namespace: temporalNamespace });
  const system = await startTestSystem(counts, env);
  const requestHold: HoldFixture['requestHold'] = (eventId, as, quantity, more = {}) =>
    system.call('POST', '/api/tickets/holds', {
      as,
      role: 'buyer',
      headers: { 'idempotency-key': randomUUID() },
      body: { eventId, quantity, ...more },
    });
  return {
    system,
    temporal,
    requestHold,
    async createHold({ total, quantity, seconds }) {
      const { id: eventId } = await system.createEvent({ total });
      const as = newBuyer();
      const answer = await requestHold(eventId, as, quantity, seconds === undefined ? {} : { seconds });
      expect(answer.status).toBe(201);
      return { eventId, as, ...bodyOf(answer) };
    },
    async statusOf(holdId) {
      const params = { path: { id: holdId } };
      return (await system.operator.GET('/api/tickets/holds/{id}', { params })).data?.status;
    },
    releaseHold: (holdId, as) => system.call('DELETE', `/api/tickets/holds/${holdId}`, { as, role: 'buyer' }),
    async availableOf(eventId) {
      const params = { path: { id: eventId } };
      return (await system.operator.GET('/api/events/{id}', { params })).data?.ticketTypes[0]?.available;
    },
    workflowStatusOf: async (holdId) =>
      (await temporal.workflow.getHandle(holdWorkflowId(holdId)).describe()).status.name,
    async close() {
      await system.close();
      await connection.close();
    },
  };
}
