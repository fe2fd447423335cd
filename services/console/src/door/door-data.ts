import type { Schema } from '@box-office/api-client';
import { replyTo, statusOf } from '@box-office/web';
import { z } from 'zod';
import type { ConsoleContext, ConsoleDeps } from '../http/view.js';
import { eventId } from '../sign-in/staff.js';
import { gateName } from './gate.js';

// What the script of the door reads and writes, so that it can work without a connection.

const listQuery = z.object({ event: eventId, since: z.string().optional(), after: z.string().optional() });
/** As the script sends them; the gateway checks each. */
const report = z.object({
  event: eventId,
  checkIns: z
    .array(z.object({ key: z.string(), code: z.string(), gate: gateName, admittedAt: z.string() }))
    .min(1)
    .max(100),
});

const NOT_KEPT = { 'Cache-Control': 'no-store' };
/** The session has ended: 401. Somebody is signed in who does not work at the doors of this event: 403. */
const refused = (c: ConsoleContext, status: 401 | 403): Response => c.json({}, status, NOT_KEPT);

/** A page of the list of an event. */
export async function sendList(c: ConsoleContext, deps: ConsoleDeps): Promise<Response> {
  const { staff } = c.get('view');
  if (staff === null) return refused(c, 401);
  const asked = listQuery.safeParse(c.req.query());
  if (!asked.success) return c.json({}, 422, NOT_KEPT);
  const { event, since, after } = asked.data;
  const api = await deps.doorApi(c, staff, event);
  if (api === null) return refused(c, 403);
  const query = { ...(since !== undefined && { since }), ...(after !== undefined && { after }) };
  const reply = await replyTo(api.GET('/api/events/{id}/door-list', { params: { path: { id: event }, query } }));
  return reply.ok ? c.json(reply.data, 200, NOT_KEPT) : c.json({}, statusOf(reply.problem), NOT_KEPT);
}

/** Reports whom a door has let in without a connection. Sending it again gets the same answers. */
export async function reportAdmissions(c: ConsoleContext, deps: ConsoleDeps): Promise<Response> {
  const v = c.get('view');
  if (v.staff === null) return refused(c, 401);
  const given = report.safeParse(await c.req.json().catch(() => null));
  if (!given.success) return c.json({}, 422, NOT_KEPT);
  const { event, checkIns } = given.data;
  const api = await deps.doorApi(c, v.staff, event);
  if (api === null) return refused(c, 403);
  const body = { checkIns: checkIns.map((one) => ({ ...one, eventId: event })) };
  const reply = await replyTo(api.POST('/api/check-ins/batch', { body }));
  if (!reply.ok) return c.json({}, statusOf(reply.problem), NOT_KEPT);
  const nameOf = (ticket: Schema<'CheckIn'>['ticket']): string =>
    ticket === null ? '' : v.t.result.ticket(ticket.ticketType, ticket.serial);
  const reported = reply.data.checkIns.map(({ key, checkIn }) => ({
    key,
    // A problem is no result of a ticket: the device shows that it was not accepted.
    result: checkIn?.result ?? 'problem',
    ticket: nameOf(checkIn?.ticket ?? null),
    admission: checkIn?.admission ?? null,
  }));
  return c.json({ reported }, 200, NOT_KEPT);
}
