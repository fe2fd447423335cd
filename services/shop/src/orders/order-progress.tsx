import type { Schema } from '@box-office/api-client';
import type { View } from '../http/view.js';

/** How far an open order is, as far as the gateway knows it. */
export function OrderProgress(p: { v: View; paymentStatus: Schema<'Purchase'>['paymentStatus'] }) {
  const { v, paymentStatus = 'unknown' } = p;
  const { received, payment, tickets } = v.t.order.progress;
  const isFree = paymentStatus === 'not_needed';
  const step = (text: string, state: 'done' | 'now' | '') => (
    <li class={state} {...(state === 'now' && { 'aria-current': 'step' })}>
      {text}
    </li>
  );
  return (
    <ol class="progress">
      {step(received, 'done')}
      {step(payment[paymentStatus], isFree ? 'done' : 'now')}
      {step(tickets, isFree ? 'now' : '')}
    </ol>
  );
}
