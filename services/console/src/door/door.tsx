import { createHash } from 'node:crypto';
import type { ApiClient } from '@box-office/api-client';
import { INVALID, replyTo, showPage, statusOf, withFound, type Event, type Problem } from '@box-office/web';
import { z } from 'zod';
import { NoticePage } from '../http/layout.js';
import type { ConsoleContext, ConsoleDeps } from '../http/view.js';
import { staffOf } from '../sign-in/sign-in.js';
import { DoorPage } from './door-page.js';
import type { Search, Shown } from './door-props.js';
import { gateName } from './gate.js';

const place = z.object({ event: z.string().min(1).max(64), gate: gateName });
const presented = z.object({ key: z.uuid(), code: z.string().trim().min(1).max(500) });
const MAX_SEARCHED = 100;
const searched = z.object({ text: z.string().trim().max(MAX_SEARCHED), after: z.uuid().optional() });
const foundTicket = z.object({ key: z.uuid(), ticketId: z.uuid(), version: z.coerce.number().int() });
const undoing = z.object({ checkIn: z.uuid(), reason: z.string().trim().min(1).max(500) });

interface Door {
  readonly event: Event;
  readonly gate: string;
  readonly api: ApiClient;
}

/** The door of the address; else what to answer. */
async function findDoor(c: ConsoleContext, deps: ConsoleDeps): Promise<Door | Response> {
  const staff = await staffOf(c, deps);
  if (staff instanceof Response) return staff;
  const given = place.safeParse(c.req.query());
  if (!given.success) return c.redirect('/', 303);
  const event = await deps.catalogue.event(given.data.event);
  const v = c.get('view');
  if (event.ok) {
    const api = await deps.doorApi(c, staff, event.data.id);
    if (api === null) return showPage(c, <NoticePage v={v} {...v.t.otherStaff} />, 403);
    return { event: event.data, gate: given.data.gate, api };
  }
  const { problem } = event;
  const isAddress = problem.status === 404 || problem.kind === INVALID;
  if (isAddress) return showPage(c, <NoticePage v={v} {...v.t.notFound} />, 404);
  return showPage(c, <NoticePage v={v} {...v.t.unreachable} />, statusOf(problem));
}

async function show(
  c: ConsoleContext,
  { event, gate, api }: Door,
  shown: Shown,
  search: Search | null = null,
): Promise<Response> {
  const path = { id: event.id };
  const counts = await replyTo(api.GET('/api/events/{id}/admissions', { params: { path } }));
  const page = { v: c.get('view'), event, gate, shown, search, counts: counts.ok ? counts.data : null };
  return showPage(c, <DoorPage {...page} />, statusOfDoor(shown, search));
}

function statusOfDoor(shown: Shown, search: Search | null): ReturnType<typeof statusOf> {
  for (const one of [shown, search]) {
    if (one !== null && 'problem' in one) return statusOf(one.problem);
    if (one?.kind === 'nothing_to_undo') return 404;
    if (one?.kind === 'no_code' || one?.kind === 'no_reason' || one?.kind === 'refused') return 422;
  }
  return 200;
}

/** Whether the box office has refused a request as none that it can answer. 429: it can be asked again, as if unanswered. */
const isRefused = (problem: Problem): boolean => statusOf(problem) < 500 && statusOf(problem) !== 429;

export const showDoor = withFound(findDoor, (c, door) => show(c, door, { kind: 'nothing' }));

/** The key of another code in the same form: the one before had no answer, or somebody went back to its page. */
const keyOf = (key: string, code: string): string => `${key}.${createHash('sha256').update(code).digest('base64url')}`;

/** Presents the code of the form. Sending the form again gets the same answer. */
export const presentCode = withFound(findDoor, async (c, door) => {
  const form = presented.safeParse(await c.req.parseBody());
  if (!form.success) return show(c, door, { kind: 'no_code' });
  const { key, code } = form.data;
  const { event, gate, api } = door;
  const present = (as: string) =>
    replyTo(
      api.POST('/api/check-ins', {
        params: { header: { 'Idempotency-Key': as } },
        body: { code, gate, eventId: event.id },
      }),
    );
  let reply = await present(key);
  if (!reply.ok && reply.problem.kind === 'idempotency-key-reused') reply = await present(keyOf(key, code));
  if (reply.ok) return show(c, door, { kind: 'answer', checkIn: reply.data });
  const { problem } = reply;
  // With the same key and code, the form can be sent again whatever became of this request.
  return show(c, door, isRefused(problem) ? { kind: 'refused' } : { kind: 'problem', problem, key, code });
});

/** Searches for the text of the form. */
async function search({ event, api }: Door, form: Readonly<Record<string, unknown>>): Promise<Search> {
  const given = searched.safeParse(form);
  const asGiven = typeof form['text'] === 'string' ? form['text'].slice(0, MAX_SEARCHED) : '';
  if (!given.success) return { kind: 'refused', text: asGiven };
  const { text, after } = given.data;
  const params = { path: { id: event.id } };
  const body = { text, ...(after !== undefined && { after }) };
  const reply = await replyTo(api.POST('/api/events/{id}/tickets/search', { params, body }));
  if (reply.ok) return { kind: 'found', text, after, ...reply.data };
  const { problem } = reply;
  return isRefused(problem) ? { kind: 'refused', text } : { kind: 'no_answer', problem, text };
}

export const searchByName = withFound(findDoor, async (c, door) =>
  show(c, door, { kind: 'nothing' }, await search(door, await c.req.parseBody())),
);

/** Presents a found ticket, and searches again. Sending the form again gets the same answer. */
export const admitFound = withFound(findDoor, async (c, door) => {
  const fields = await c.req.parseBody();
  const form = foundTicket.safeParse(fields);
  if (!form.success) return show(c, door, { kind: 'refused' }, await search(door, fields));
  const { key, ...ticket } = form.data;
  const { event, gate, api } = door;
  const params = { header: { 'Idempotency-Key': key } };
  const reply = await replyTo(api.POST('/api/check-ins', { params, body: { ...ticket, gate, eventId: event.id } }));
  const shown = reply.ok ? ({ kind: 'answer', checkIn: reply.data } as const) : unadmitted(reply.problem);
  return show(c, door, shown, await search(door, fields));
});

const unadmitted = (problem: Problem): Shown =>
  isRefused(problem) ? { kind: 'refused' } : { kind: 'no_answer', problem };

/** Undoes an admission with the reason of the form, and searches again if it was found by a search. */
export const undoAdmission = withFound(findDoor, async (c, door) => {
  const fields = await c.req.parseBody();
  const shown = await undo(door, fields);
  return show(c, door, shown, 'text' in fields ? await search(door, fields) : null);
});

async function undo({ api }: Door, fields: Readonly<Record<string, unknown>>): Promise<Shown> {
  const form = undoing.safeParse(fields);
  if (!form.success) {
    const isReason = form.error.issues.some(({ path }) => path[0] === 'reason');
    return { kind: isReason ? 'no_reason' : 'nothing_to_undo' };
  }
  const { checkIn: id, reason } = form.data;
  const reply = await replyTo(api.POST('/api/check-ins/{id}/undo', { params: { path: { id } }, body: { reason } }));
  return reply.ok ? { kind: 'undone', checkIn: reply.data } : notUndone(reply.problem);
}

function notUndone(problem: Problem): Shown {
  if (problem.kind === INVALID) return { kind: 'no_reason' };
  return isRefused(problem) ? { kind: 'nothing_to_undo' } : { kind: 'not_undone', problem };
}
