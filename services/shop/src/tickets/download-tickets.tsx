import { replyTo, withFound } from '@box-office/web';
import { showProblem } from '../http/problem-page.js';
import { findOrder } from '../orders/find-order.js';
import { createTicketsPdf } from '@box-office/tickets/pdf';
import type { ShopContext } from '../http/view.js';
import { findTicket } from './find-ticket.js';

/** The valid tickets of an order as a PDF. */
export const downloadTickets = withFound(findOrder, async (c, { purchase, event, api }) => {
  const path = { id: purchase.purchaseId };
  const reply = await replyTo(api.GET('/api/purchases/{id}/tickets', { params: { path } }));
  const v = c.get('view');
  const to = { href: `/orders/${path.id}`, text: v.t.order.back };
  if (!reply.ok)
    return showProblem(c, reply.problem, { title: v.t.order.pdfFailed, text: v.t.order.pdfFailedText, to });
  const tickets = reply.data.tickets.flatMap(({ code, ...ticket }) => (code === null ? [] : [{ ...ticket, code }]));
  if (tickets.length === 0) return c.redirect(to.href, 303);
  const reference = purchase.transactionId ?? purchase.purchaseId;
  return sendPdf(c, `tickets-${reference}`, { event, tickets, reference });
});

/** A ticket by itself as a PDF, for who has it. */
export const downloadTicket = withFound(findTicket, (c, { ticket: { code, ...ticket }, event, shownAt }) =>
  code === null || event.status === 'cancelled'
    ? c.redirect(shownAt, 303)
    : sendPdf(c, `ticket-${ticket.ticketId}`, { event, tickets: [{ ...ticket, code }] }),
);

async function sendPdf(
  c: ShopContext,
  name: string,
  content: Omit<Parameters<typeof createTicketsPdf>[0], 'words' | 'organiser'>,
): Promise<Response> {
  const v = c.get('view');
  const file = await createTicketsPdf({ words: v, organiser: v.name, ...content });
  return c.body(new Uint8Array(file), 200, {
    'Content-Type': 'application/pdf',
    'Content-Disposition': `attachment; filename="${name}.pdf"`,
    'Cache-Control': 'private, no-store',
  });
}
