import { Badge, type Tone } from '@box-office/ui';
import type { Event } from '@box-office/web';
import type { Words } from '../texts/languages.js';
import type { Band, Sale } from './availability.js';

export const toneOf = ({ kind }: Band): Tone =>
  (({ plenty: 'good', few: 'warn', last: 'warn', sold_out: 'off', unknown: 'plain' }) as const)[kind];

/** One label for what can be had of an event. */
export function saleLabel({ t, f }: Words, event: Event, sale: Sale): { readonly tone: Tone; readonly text: string } {
  if (sale.kind === 'over') return { tone: 'off', text: t.sale.over };
  if (sale.kind === 'open') return { tone: toneOf(sale.band), text: t.band(sale.band) };
  const { why } = sale;
  if (why.cause === 'not_started') {
    return { tone: 'plain', text: t.sale.opensOn(f.shortDay(why.at, event.timeZone)) };
  }
  return { tone: why.cause === 'cancelled' ? 'bad' : 'off', text: t.sale[why.cause] };
}

export function SaleBadge(p: { v: Words; event: Event; sale: Sale; [data: `data-${string}`]: string }) {
  const { v, event, sale, ...data } = p;
  const { tone, text } = saleLabel(v, event, sale);
  return (
    <Badge tone={tone} {...data}>
      {text}
    </Badge>
  );
}
