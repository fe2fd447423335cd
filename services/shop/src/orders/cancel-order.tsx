import { INVALID, replyTo, showPage, statusOf, withFound, type Problem, type Reply } from '@box-office/web';
import { showNotice } from '../http/layout.js';
import { showProblem } from '../http/problem-page.js';
import { problemWords, type ProblemText } from '../http/problem-words.js';
import type { ShopContext } from '../http/view.js';
import { whenIn } from '../texts/languages.js';
import { cancellableTickets } from './cancellable-tickets.js';
import { CancelPage, TICKETS_FIELD, type Refund } from './cancel-page.js';
import { findOrder, type FoundOrder } from './find-order.js';
import { ticketsOf } from './order.js';

/** Problems of the whole order, whatever is chosen. */
const OF_ORDER: ReadonlySet<string> = new Set(['cancellation-too-late', 'purchase-open']);
/** Problems of tickets, beside which others may be left. */
const OF_TICKETS: ReadonlySet<string> = new Set(['ticket-admitted', 'ticket-transferred', 'nothing-to-cancel']);

/** Asks before it cancels, with what the buyer gets back for the tickets in the query; for all without any. */
export const askToCancel = withFound(findOrder, (c, found) =>
  showChoice(c, found, { wanted: c.req.queries('ticket') ?? null }),
);

/** Cancels the tickets that are chosen, if that refunds what the form has shown. A repeat cancels and refunds once. */
export const cancelOrder = withFound(findOrder, async (c, found) => {
  const path = { id: found.purchase.purchaseId };
  const fields = await c.req.parseBody({ all: true });
  const wanted = [fields['ticket'] ?? []].flat().filter((one) => typeof one === 'string');
  if (wanted.length === 0) return showChoice(c, found, { wanted });
  const body = { tickets: wanted, expectedRefundMinor: Number(fields['refund']) };
  const reply = await replyTo(found.api.POST('/api/purchases/{id}/cancel', { params: { path }, body }));
  if (reply.ok) return c.redirect(`/orders/${path.id}`, 303);
  return showChoice(c, found, { wanted, problem: reply.problem });
});

interface Choice {
  /** Ids of tickets; null: all that can be cancelled. */
  readonly wanted: readonly string[] | null;
  /** Why they were not cancelled. */
  readonly problem?: Problem;
}

/** Shows what can be chosen and what comes back for it; where nothing can be cancelled, why. */
async function showChoice(c: ShopContext, found: FoundOrder, { wanted, problem }: Choice): Promise<Response> {
  const { purchase, event, api } = found;
  const v = c.get('view');
  if (event.status === 'cancelled' && purchase.status === 'confirmed') {
    const words = { title: v.t.order.eventCancelled(event.name), text: v.t.event.cancelledText };
    return showNotice(c, 409, { ...words, to: toOrder(c, found) });
  }
  const tickets = cancellableTickets(purchase, await ticketsOf(purchase, api));
  const left = tickets.map(({ ticketId }) => ticketId);
  // One ticket is no choice.
  const chosen = left.length === 1 ? left : left.filter((id) => wanted?.includes(id) ?? true);
  const refund = chosen.length > 0 || left.length === 0 ? await readRefund(found, chosen) : null;
  const why = problem ?? (await whyGone(found, wanted ?? [], left)) ?? (refund?.ok === false ? refund.problem : null);
  if (left.length === 0 || (why !== null && OF_ORDER.has(why.kind))) return showNone(c, found, why);
  const isChoice = left.length > 1;
  const errors = wanted?.length === 0 && isChoice ? [{ id: TICKETS_FIELD, text: v.t.cancel.chooseOne }] : [];
  const unchosen = wanted?.length === 0 && !isChoice ? ({ kind: INVALID, status: 422 } as const) : null;
  const shown = why ?? unchosen;
  const page = { v, purchase, event, tickets, chosen, refund: refund?.ok ? refund.data : null, errors };
  const words = shown === null ? undefined : wordsOf(c, shown, left.length);
  const status = shown === null ? (errors.length > 0 ? 422 : 200) : statusOf(shown);
  return showPage(c, <CancelPage {...page} problem={words} />, status);
}

const toOrder = (c: ShopContext, { purchase }: FoundOrder) => ({
  href: `/orders/${purchase.purchaseId}`,
  text: c.get('view').t.order.back,
});

/** What comes back for these tickets; for all that are left if none is named. */
function readRefund(
  { purchase, api }: Pick<FoundOrder, 'purchase' | 'api'>,
  tickets: readonly string[],
): Promise<Reply<Refund>> {
  const query = tickets.length === 0 ? {} : { tickets: tickets.join(',') };
  const params = { path: { id: purchase.purchaseId }, query };
  return replyTo(api.GET('/api/purchases/{id}/refund', { params }));
}

/** Why tickets that were named are none of those that can be cancelled; null if all are. */
async function whyGone(found: FoundOrder, wanted: readonly string[], left: readonly string[]): Promise<Problem | null> {
  const gone = wanted.filter((id) => !left.includes(id));
  if (gone.length === 0) return null;
  const reply = await readRefund(found, gone);
  return reply.ok ? null : reply.problem;
}

/** Says why nothing of the order can be cancelled. */
function showNone(c: ShopContext, found: FoundOrder, problem: Problem | null): Response {
  const to = toOrder(c, found);
  // It could be cancelled a moment ago, or can be now: the order says what is.
  if (problem === null) return c.redirect(to.href, 303);
  const v = c.get('view');
  const { title, text } = problemWords(v, problem);
  const { until } = problem;
  if (problem.kind !== 'cancellation-too-late' || until === undefined) return showProblem(c, problem, { to });
  const limit = v.t.cancel.wasPossibleUntil(whenIn(v, until, found.event.timeZone));
  return showProblem(c, problem, { title, text: `${limit} ${text}`, to });
}

/** @param left how many tickets can still be cancelled */
function wordsOf(c: ShopContext, problem: Problem, left: number): ProblemText {
  const v = c.get('view');
  if (problem.kind === 'refund-changed') {
    const [title = '', text = ''] = v.t.cancel.changed;
    return { title, text };
  }
  const { title, text } = problemWords(v, problem);
  return { title, text: OF_TICKETS.has(problem.kind) ? `${text} ${v.t.cancel.others(left)}` : text };
}
