import { randomUUID } from 'node:crypto';
import {
  noteOperatorRequest,
  operatorRequestId,
  recordEventCancellation,
  recordResolution,
  verifyAuditLog,
} from '@box-office/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alterEvent } from '../event/event-admin.js';
import { openTestGateway, standard, tokenOf, type TestGateway } from '../testing/gateway.js';

let test: TestGateway;
let operator: string;
beforeAll(async () => {
  test = await openTestGateway();
  operator = await tokenOf('olga', { role: 'operator' });
});
afterAll(() => test.close());

interface Line {
  readonly actor: string;
  readonly state_before: unknown;
  readonly state_after: unknown;
  readonly details: Record<string, unknown>;
}

async function linesAbout(eventId: string): Promise<readonly Line[]> {
  const { rows } = await test.pool.query<Line>(
    `select actor, state_before, state_after, details from audit_logs
      where event_id = $1 and kind = 'operator' order by id`,
    [eventId],
  );
  return rows;
}

const call = (method: string, path: string, body: object, headers: Record<string, string> = {}) =>
  test.request(method, path, { token: operator, body, headers });

const verified = { actorVerified: true, channel: 'api' };

describe('the audit log', () => {
  it('has a line for each event that is created and changed, with before and after, who, and through what', async () => {
    const { id } = await test.createEvent([{ name: 'Standard', priceMinor: 2_500, total: 3 }]);
    const ticketTypes = [{ name: 'Standard', priceMinor: 100, total: 3 }];
    const changed = await call('PATCH', `/api/events/${id}`, { ticketTypes }, { 'user-agent': 'box-office-cli/0.1.0' });
    expect(changed.status).toBe(200);
    expect(await linesAbout(id)).toMatchObject([
      {
        actor: 'op',
        state_before: null,
        details: { action: 'create_event', reason: null, ...verified },
        state_after: { id, ticketTypes: [{ priceMinor: 2_500 }] },
      },
      {
        actor: 'olga',
        details: { action: 'change_event', actorVerified: true, channel: 'cli' },
        state_before: { ticketTypes: [{ priceMinor: 2_500 }] },
        state_after: { ticketTypes: [{ priceMinor: 100 }] },
      },
    ]);
  });

  it('has no line for a change that was refused', async () => {
    const { id } = await test.createEvent([standard(3)]);
    expect((await call('PATCH', `/api/events/${id}`, { ticketTypes: [standard(3), standard(3)] })).status).toBe(422);
    const by = { name: 'olga', verified: true, channel: 'api' } as const;
    const deps = { pool: test.pool, inventory: test.inventory };
    await alterEvent(deps, {
      eventId: id,
      ifRevision: null,
      wanted: (details) => ({
        kind: 'wanted',
        details: { ...details, ticketTypes: [{ ...standard(3), name: 'Other' }] },
      }),
      actor: { by, requestId: 'r' },
    });
    expect(await linesAbout(id)).toHaveLength(1);
  });

  it('has a line for each reconciliation run and rebuild that is requested', async () => {
    const { id } = await test.createEvent([standard(1)]);
    await call('POST', '/api/operations/reconciliation', { eventId: id });
    await call('POST', '/api/operations/rebuild', { eventId: id });
    expect((await linesAbout(id)).slice(1)).toMatchObject([
      { actor: 'olga', state_after: { scope: id }, details: { action: 'reconcile', ...verified } },
      { actor: 'olga', state_after: { scope: id }, details: { action: 'rebuild', ...verified } },
    ]);
  });

  it('marks a name that a token proves, unlike one that was typed in the Temporal UI', async () => {
    const proven = await test.createEvent([standard(1)]);
    const claimed = await test.createEvent([standard(1)]);
    await noteOperatorRequest(test.pool, {
      id: operatorRequestId.cancelEvent(proven.id),
      operator: 'olga',
      channel: 'api',
    });
    for (const { id } of [proven, claimed]) {
      await recordEventCancellation(test.pool, { eventId: id, requestedBy: 'olga', reason: 'rain', requestId: 'r' });
    }
    const cancelled = { action: 'cancel_event', reason: 'rain' };
    const states = { actor: 'olga', state_before: { status: 'on_sale' }, state_after: { status: 'cancelled' } };
    expect((await linesAbout(proven.id)).at(-1)).toMatchObject({ ...states, details: { ...cancelled, ...verified } });
    expect((await linesAbout(claimed.id)).at(-1)).toMatchObject({
      ...states,
      details: { ...cancelled, actorVerified: false, channel: 'temporal-ui' },
    });
  });

  it('marks the name of each operator who requests the same', async () => {
    const { id } = await test.createEvent([standard(1)]);
    const noted = { id: operatorRequestId.cancelEvent(id), channel: 'api' } as const;
    for (const operator of ['ann', 'ben', 'ben']) await noteOperatorRequest(test.pool, { ...noted, operator });
    await recordEventCancellation(test.pool, { eventId: id, requestedBy: 'ben', reason: 'rain', requestId: 'r' });
    expect((await linesAbout(id)).at(-1)).toMatchObject({ actor: 'ben', details: verified });
    const kept = await test.pool.query('select from operator_requests where id like $1', [`${noted.id}%`]);
    expect(kept.rowCount).toBe(2);
  });

  it('has user and reason of a gift, also where its key was used for one that was refused', async () => {
    const { id: eventId } = await test.createEvent([standard(3)]);
    const headers = { 'Idempotency-Key': randomUUID() };
    const give = (reason: string, gift: object) =>
      call('POST', '/api/tickets/purchase', { eventId, quantity: 1, complimentary: { reason }, ...gift }, headers);
    expect((await give('for the band', { userId: 'ann', ticketType: 'Imperial' })).status).toBe(422);
    for (let times = 0; times < 2; times++) expect((await give('for the crew', { userId: 'ben' })).status).toBe(201);
    expect((await linesAbout(eventId)).slice(1)).toMatchObject([
      { details: { action: 'give_tickets', reason: 'for the band' } },
      { details: { action: 'give_tickets', reason: 'for the crew' } },
    ]);
  });

  it('has a line for the release of a hold whose answer was lost', async () => {
    const { id } = await test.createEvent([standard(3)]);
    const token = await tokenOf('ann');
    const headers = { 'Idempotency-Key': randomUUID() };
    const taken = await test.request('POST', '/api/tickets/holds', {
      token,
      headers,
      body: { eventId: id, quantity: 1 },
    });
    const { holdId } = (await taken.json()) as { holdId: string };
    const lost = test.another({
      holdClient: (simulated) => ({
        ...simulated,
        release: async (...args) => {
          setTimeout(() => void simulated.release(...args), 100);
          return { kind: 'unknown' };
        },
      }),
    });
    const release = async () =>
      (await lost.request('DELETE', `/api/tickets/holds/${holdId}`, { token: operator })).status;
    expect(await release()).toBe(503);
    const shown = () => test.request('GET', `/api/tickets/holds/${holdId}`, { token });
    await expect.poll(async () => (await shown()).json()).toMatchObject({ status: 'released' });
    expect(await release()).toBe(200);
    expect((await linesAbout(id)).slice(1)).toMatchObject([
      { actor: 'olga', details: { action: 'release_hold', holdId } },
    ]);
  });

  it('does not accept a request as proof of another name, or of another decision', async () => {
    const purchaseId = randomUUID();
    const updateId = randomUUID();
    const noted = { id: operatorRequestId.resolve(purchaseId, updateId), operator: 'olga', channel: 'api' } as const;
    await noteOperatorRequest(test.pool, noted);
    const action = { reason: 'x', action: 'retry', step: 'settle', purchaseIds: [purchaseId], workflowId: 'w' };
    for (const [name, update] of [
      ['olga', updateId],
      ['mallory', updateId],
      ['olga', randomUUID()],
    ] as const) {
      await recordResolution(test.pool, {
        ...action,
        workflowId: `${name}/${update}`,
        operator: name,
        updateId: update,
      });
    }
    const { rows } = await test.pool.query(
      `select actor, details ->> 'actorVerified' as verified from audit_logs
        where details ->> 'step' = 'settle' order by id`,
    );
    expect(rows).toEqual([
      { actor: 'olga', verified: 'true' },
      { actor: 'mallory', verified: 'false' },
      { actor: 'olga', verified: 'false' },
    ]);
  });

  it('is still one chain that verifies', async () => {
    const reports = [];
    for await (const report of verifyAuditLog(test.pool)) reports.push(report);
    expect(reports.at(-1)).toMatchObject({ type: 'verdict', intact: true });
  });
});
