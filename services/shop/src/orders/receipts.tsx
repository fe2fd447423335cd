import type { Schema } from '@box-office/api-client';
import { Facts } from '@box-office/ui';
import { replyTo, showPage, withFound, type Event } from '@box-office/web';
import { Layout, showNotice } from '../http/layout.js';
import { showProblem } from '../http/problem-page.js';
import type { View } from '../http/view.js';
import { whenIn } from '../texts/languages.js';
import { findOrder } from './find-order.js';

type Receipt = Schema<'Receipt'>;

/** The receipts of an order, to be read and printed. */
export const showReceipts = withFound(findOrder, async (c, { purchase, event, api }) => {
  const v = c.get('view');
  const { purchaseId: id } = purchase;
  const to = { href: `/orders/${id}`, text: v.t.order.back };
  const reply = await replyTo(api.GET('/api/purchases/{id}/receipts', { params: { path: { id } } }));
  if (!reply.ok) return showProblem(c, reply.problem, { to });
  const { receipts } = reply.data;
  const { none: title, noneText: text } = v.t.receipt;
  if (receipts.length === 0) return showNotice(c, 404, { title, text, to });
  return showPage(c, <ReceiptsPage v={v} receipts={receipts} event={event} to={to} />);
});

function ReceiptsPage(p: {
  v: View;
  receipts: readonly Receipt[];
  event: Event;
  to: { readonly href: string; readonly text: string };
}) {
  const { v, receipts, event, to } = p;
  const { t } = v;
  return (
    <Layout v={v} title={`${t.receipt.title}: ${event.name}`}>
      <div class="stack loose">
        <h1 class="unprinted">{t.receipt.title}</h1>
        <p class="actions unprinted">
          <a href={to.href}>{to.text}</a>
          <button class="button quiet" type="button" data-print hidden>
            {t.receipt.print}
          </button>
        </p>
        {receipts.map((receipt) => (
          <ReceiptSheet v={v} receipt={receipt} />
        ))}
      </div>
    </Layout>
  );
}

function ReceiptSheet({ v, receipt }: { v: View; receipt: Receipt }) {
  const { t, f } = v;
  const { seller, event, number } = receipt;
  const isCorrection = receipt.kind === 'correction';
  return (
    <article class="receipt stack" aria-labelledby={number}>
      <header class="receipt-head">
        <div>
          <h2 id={number}>{isCorrection ? t.receipt.correction(number) : t.receipt.receipt(number)}</h2>
          {receipt.corrects !== null && <p class="muted">{t.receipt.corrects(receipt.corrects)}</p>}
        </div>
        <address>
          <strong>{seller.name}</strong>
          {seller.address.map((line) => (
            <span>{line}</span>
          ))}
          {seller.vatId !== null && (
            <span>
              {t.receipt.vatId} {seller.vatId}
            </span>
          )}
        </address>
      </header>
      <Facts
        rows={[
          [t.receipt.issued, f.day(receipt.issuedAt, event.timeZone)],
          [t.order.reference, receipt.transactionId, 'reference'],
          [t.event.when, `${event.name}, ${whenIn(v, event.startsAt, event.timeZone)}, ${event.venue}`],
        ]}
      />
      <Lines v={v} receipt={receipt} />
    </article>
  );
}

function whatOf({ t }: View, { kind, ticketType }: Receipt['lines'][number]): string {
  if (ticketType === null) return t.event.purchaseFee;
  return kind === 'ticket_fee' ? t.event.ticketFee(ticketType) : ticketType;
}

function Lines({ v, receipt }: { v: View; receipt: Receipt }) {
  const { t, f } = v;
  const { lines, currency } = receipt;
  const amounts = (p: { netMinor: number; taxMinor: number; grossMinor: number }) =>
    [p.netMinor, p.taxMinor, p.grossMinor].map((amount) => <td class="amount">{f.amount(amount, currency)}</td>);
  return (
    <div class="wide-table" tabindex={0} role="region" aria-label={receipt.number}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t.receipt.item}</th>
            {[t.receipt.rate, t.receipt.net, t.receipt.tax, t.receipt.gross].map((name) => (
              <th scope="col" class="amount">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr>
              <th scope="row">
                {whatOf(v, line)} <span class="muted">× {f.number(line.quantity)}</span>
              </th>
              <td class="amount">{f.rate(line.taxRatePpm)}</td>
              {amounts(line)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t.receipt.total(currency)}</th>
            <td></td>
            {amounts(receipt)}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
