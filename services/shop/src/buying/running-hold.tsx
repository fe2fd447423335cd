import { Message } from '@box-office/ui';
import type { View } from '../http/view.js';
import { ticketCount, type ActiveHold } from './holds.js';

/** Says that tickets wait for payment, and leads there. */
export function RunningHold(p: { v: View; hold: ActiveHold; title: string; timeZone: string }) {
  const { t, f } = p.v;
  return (
    <Message tone="good" title={p.title}>
      <p>{t.event.holdRunsText(ticketCount(p.hold), f.time(p.hold.expiresAt, p.timeZone))}</p>
      <p>
        <a href={`/checkout/${p.hold.holdId}`}>{t.event.continue}</a>
      </p>
    </Message>
  );
}
