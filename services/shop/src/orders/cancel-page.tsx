import { Message } from '@box-office/ui';
import type { Event } from '@box-office/web';
import { Layout } from '../http/layout.js';
import type { View } from '../http/view.js';
import type { Purchase } from './order-page.js';

export function CancelPage(p: {
  v: View;
  purchase: Purchase;
  event: Event;
  problem?: { readonly title: string; readonly text: string };
}) {
  const { v, purchase, event, problem } = p;
  const { t, f } = v;
  const valid = (purchase.tickets ?? []).filter(({ status }) => status === 'valid');
  const amount = (purchase.amountMinor ?? 0) - (purchase.requestedMinor ?? 0);
  const shown = f.money(amount, purchase.currency ?? event.currency);
  return (
    <Layout v={v} title={t.cancel.title} narrow>
      <div class="stack loose">
        <div>
          <p class="eyebrow">
            {event.name}, {f.shortDay(event.startsAt, event.timeZone)}
          </p>
          <h1>{t.cancel.title}</h1>
        </div>
        {problem !== undefined && (
          <Message tone="bad" title={problem.title} alert>
            <p>{problem.text}</p>
          </Message>
        )}
        <div class="panel stack">
          {amount > 0 && (
            <p class="refund">
              <span>{t.cancel.youGet}</span> <strong class="number">{shown}</strong>
            </p>
          )}
          <ul>
            {valid.map(({ ticketType, serial }) => (
              <li>{t.order.ticketOf(ticketType, serial)}</li>
            ))}
          </ul>
          <p>{t.cancel.text(valid.length)}</p>
        </div>
        <form
          class="actions"
          method="post"
          action={`/orders/${purchase.purchaseId}/cancel`}
          data-once={t.cancel.working}
        >
          <button class="button danger">{amount > 0 ? t.cancel.confirm(shown) : t.cancel.confirmFree}</button>
          <a class="button quiet" href={`/orders/${purchase.purchaseId}`}>
            {t.cancel.keep}
          </a>
        </form>
      </div>
    </Layout>
  );
}
