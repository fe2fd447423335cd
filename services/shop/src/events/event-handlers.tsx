import { showPage, statusOf, type Event, type Problem } from '@box-office/web';
import { randomUUID } from 'node:crypto';
import { streamSSE } from 'hono/streaming';
import { activeHolds } from '../buying/holds.js';
import { keyIn, maxOf, quantitiesIn } from '../buying/selection.js';
import { showProblem } from '../http/problem-page.js';
import { ownSession } from '../http/session.js';
import { buyerApi, eventInPath, type ShopContext, type ShopDeps } from '../http/view.js';
import type { Words } from '../texts/languages.js';
import { pictureOf } from '../pictures/picture.js';
import { bandOf, canBeBought, saleOf } from './availability.js';
import { saleLabel, toneOf } from './badges.js';
import { calendarFile } from '@box-office/tickets/calendar';
import { EventPage, type EventPageProps } from './event-page.js';

const PICTURE_MAX_AGE_S = 31_536_000;
const MAX_HOLDS_SHOWN = 3;
/** Calendars remind of the start of a sale so long before. */
const SALE_REMINDER_MINUTES = 15;
/** A connection is closed after so long, so that one that was forgotten ends; the page opens the next. */
const LIVE_MS = 15 * 60_000;

export async function showEvent(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const reply = await eventInPath(c, deps);
  if (!reply.ok) return showNoEvent(c, reply.problem);
  const { t } = c.get('view');
  const released = c.req.query('released') !== undefined;
  const notice = released ? { tone: 'good' as const, title: t.event.released, text: t.event.releasedText } : undefined;
  return showEventPage(c, deps, reply.data, { notice });
}

/** The event's page with a form that can be sent once; also what a form that was refused comes back to. */
export async function showEventPage(
  c: ShopContext,
  deps: ShopDeps,
  event: Event,
  o: Partial<Pick<EventPageProps, 'formKey' | 'quantities' | 'errors' | 'notice'>> & {
    status?: Parameters<typeof showPage>[2];
  } = {},
): Promise<Response> {
  const view = c.get('view');
  // The buyer has a session before the form is sent, so that two clicks are of the same buyer.
  const hasForm = canBeBought(saleOf(event, view.nowMs));
  const session = hasForm ? await deps.sessions.readOrStart(c) : view.session;
  const held = { eventId: event.id, limit: MAX_HOLDS_SHOWN };
  const { status = 200, ...props } = o;
  const page = (
    <EventPage
      v={{ ...view, session, nowMs: Date.now() }}
      event={event}
      formKey={keyIn(c.req.query()) ?? randomUUID()}
      quantities={quantitiesIn(c.req.query(), event)}
      holds={view.session === null ? [] : await activeHolds(await buyerApi(c, deps, ownSession(view.session)), held)}
      {...props}
    />
  );
  return showPage(c, page, status);
}

export function showNoEvent(c: ShopContext, problem: Problem): Response {
  const { unknownTitle: title, unknownText: text } = c.get('view').t.event;
  return showProblem(c, problem, problem.kind === 'unknown-event' ? { title, text } : {});
}

export async function showPicture(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const reply = await eventInPath(c, deps);
  if (!reply.ok) return c.body(null, statusOf(reply.problem));
  return c.body(pictureOf(reply.data), 200, {
    'Content-Type': 'image/svg+xml',
    'Cache-Control': `public, max-age=${PICTURE_MAX_AGE_S}`,
  });
}

/** The event, or the moment when its sale starts, as an entry for a calendar. */
export async function downloadCalendar(c: ShopContext, deps: ShopDeps, what: 'event' | 'sale'): Promise<Response> {
  const reply = await eventInPath(c, deps);
  if (!reply.ok) return showNoEvent(c, reply.problem);
  const { id, name, venue, description, startsAt, endsAt, saleStartsAt, status } = reply.data;
  const { origin, t } = c.get('view');
  const isSale = what === 'sale' && saleStartsAt !== null;
  const text = calendarFile({
    uid: `${what}-${id}@${new URL(origin).hostname}`,
    start: isSale ? saleStartsAt : startsAt,
    ...(isSale ? { reminderMinutes: SALE_REMINDER_MINUTES } : { end: endsAt }),
    isCancelled: status === 'cancelled',
    summary: isSale ? `${t.event.choose}: ${name}` : name,
    location: isSale ? '' : venue,
    description,
    url: `${origin}/events/${id}`,
    now: new Date(),
  });
  return c.body(text, 200, {
    'Content-Type': 'text/calendar; charset=utf-8',
    'Content-Disposition': `attachment; filename="${what}-${id}.ics"`,
  });
}

/** What is left, by type, as server-sent events: each second something, so that silence means a lost connection. */
export async function streamAvailability(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const v = c.get('view');
  const found = await eventInPath(c, deps);
  // The page opens the next one in a while.
  if (!found.ok) return c.body(null, statusOf(found.problem));
  const { id } = found.data;
  if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    let last = '';
    const aborted = new Promise<void>((resolve) => stream.onAbort(resolve));
    const stop = deps.live.watch(id, (state) => {
      // While the gateway does not answer, silence says so.
      if (state.kind === 'stale') return;
      const data = liveText(state.event, v);
      void stream.writeSSE({ event: data === last ? 'same' : 'availability', data: data === last ? '' : data });
      last = data;
    });
    if (stop === null) return;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, LIVE_MS)));
    await Promise.race([aborted, over]);
    clearTimeout(timer);
    stop();
  });
}

function liveText(event: Event, v: Words): string {
  const sale = saleOf(event, Date.now());
  const label = saleLabel(v, event, sale);
  return JSON.stringify({
    open: canBeBought(sale),
    sale: label,
    types: event.ticketTypes.map((type) => {
      // While the sale is paused or over, none can be had of any type.
      if (sale.kind !== 'open') return { name: type.name, ...label, max: 0 };
      const band = bandOf(type);
      return { name: type.name, text: v.t.band(band), tone: toneOf(band), max: maxOf(event, type.name) };
    }),
  });
}
