import { Badge, type Tone } from '@box-office/ui';
import type { Event } from '@box-office/web';
import type { Words } from '../texts/languages.js';
import type { Band, Sale } from './availability.js';

export const toneOf = ({ kind }: Band): Tone =>
  (({ plenty: 'good', few: 'warn', last: 'warn', sold_out: 'off', unknown: 'plain' }) as const)[kind];

/** One label for what can be had of an event. */
export function SaleBadge({ v, event, sale }: { v: Words; event: Event; sale: Sale }) {
  const { t, f } = v;
  if (sale.kind === 'over') return <Badge tone="off">{t.sale.over}</Badge>;
  if (sale.kind === 'open') return <Badge tone={toneOf(sale.band)}>{t.band(sale.band)}</Badge>;
  const { why } = sale;
  if (why.cause === 'not_started') {
    return <Badge tone="plain">{t.sale.opensOn(f.shortDay(why.at, event.timeZone))}</Badge>;
  }
  return <Badge tone={why.cause === 'cancelled' ? 'bad' : 'off'}>{t.sale[why.cause]}</Badge>;
}
