import { Message } from '@box-office/ui';
import { Deadline } from '../http/deadline.js';
import type { View } from '../http/view.js';
import { ticketCount, type ActiveHold } from './holds.js';

/** Says that tickets are held, and leads to the payment step. */
export function RunningHold(p: { v: View; hold: ActiveHold; title: string; timeZone: string }) {
  const { v, hold, timeZone } = p;
  const { t } = v;
  return (
    <Message tone="good" title={p.title}>
      <p>
        <Deadline
          v={v}
          at={hold.expiresAt}
          timeZone={timeZone}
          timeOnly
          text={(time) => t.event.holdRunsText(ticketCount(hold), time)}
        />
      </p>
      <p>
        <a href={`/checkout/${hold.holdId}`}>{hold.amountMinor === 0 ? t.event.holdFree : t.event.continue}</a>
      </p>
    </Message>
  );
}
