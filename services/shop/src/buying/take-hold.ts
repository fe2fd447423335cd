import { INVALID, UNREACHABLE, replyTo, statusOf, type Event, type Problem } from '@box-office/web';
import { showEventPage, showNoEvent } from '../events/event-handlers.js';
import { canBeBought, saleOf } from '../events/availability.js';
import { problemWords } from '../http/problem-words.js';
import { buyerApi, eventInPath, leaveLink, type ShopContext, type ShopDeps } from '../http/view.js';
import { faultsIn, keyIn, maxOf, quantitiesIn, quantityId } from './selection.js';

/** Problems after which the same key may be sent again; every other one is final for its key. */
export const MAY_REPEAT: ReadonlySet<string> = new Set([UNREACHABLE, 'unavailable', 'rate-limited', 'hold-in-flight']);

/** Sets tickets aside for the buyer. However often the form is sent, it holds once. */
export async function takeHold(c: ShopContext, deps: ShopDeps): Promise<Response> {
  const fields = await c.req.parseBody();
  const reply = await eventInPath(c, deps);
  if (!reply.ok) return showNoEvent(c, reply.problem);
  const event = reply.data;
  const quantities = quantitiesIn(fields, event);
  const key = keyIn(fields);
  const errors = faultsIn(quantities, event, c.get('view'));
  if (key === undefined || errors.length > 0) {
    return showEventPage(c, deps, event, {
      quantities,
      errors,
      status: 422,
      ...(key === undefined
        ? { notice: { tone: 'bad', ...problemWords(c.get('view'), { kind: INVALID }) } }
        : { formKey: key }),
    });
  }
  const session = await leaveLink(c, deps);
  const api = await buyerApi(c, deps, session);
  const items = [...quantities].flatMap(([ticketType, quantity]) => (quantity > 0 ? [{ ticketType, quantity }] : []));
  const params = { header: { 'Idempotency-Key': key } };
  const held = await replyTo(api.POST('/api/tickets/holds', { params, body: { eventId: event.id, items } }));
  if (held.ok) return c.redirect(`/checkout/${held.data.holdId}`, 303);
  return refused(c, deps, { event, quantities, key, problem: held.problem });
}

async function refused(
  c: ShopContext,
  deps: ShopDeps,
  o: { event: Event; quantities: ReadonlyMap<string, number>; key: string; problem: Problem },
): Promise<Response> {
  const { problem, quantities } = o;
  const mayRepeat = MAY_REPEAT.has(problem.kind);
  const { title, text } = problemWords(c.get('view'), problem);
  const index = o.event.ticketTypes.findIndex(({ name }) => name === problem.ticketType);
  // What is left now, not a second ago.
  const fresh = await deps.catalogue.event(o.event.id, { fresh: true });
  const event = fresh.ok ? fresh.data : o.event;
  // Of what is sold out the page has no field beside which it could be said.
  const hasField = index >= 0 && canBeBought(saleOf(event, Date.now())) && maxOf(event, problem.ticketType ?? '') > 0;
  return showEventPage(c, deps, event, {
    quantities,
    ...(hasField
      ? { errors: [{ id: quantityId(index), text: `${title}. ${text}` }] }
      : { notice: { tone: mayRepeat ? 'warn' : 'bad', title, text } }),
    ...(mayRepeat && { formKey: o.key }),
    status: statusOf(problem),
  });
}
