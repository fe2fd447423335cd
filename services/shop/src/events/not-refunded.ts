import type { Event } from '@box-office/web';
import type { View } from '../http/view.js';

/** What the refund rules keep, in words. */
export function notRefunded({ t, f }: View, { refundRules, currency }: Event): string {
  const { keepsFees = false, withheldPpm = 0, withheldMinor = 0 } = refundRules ?? {};
  const parts = [
    keepsFees ? t.cancel.keepsFees : [],
    withheldPpm > 0 ? t.cancel.share(f.rate(withheldPpm)) : [],
    withheldMinor > 0 ? t.cancel.fixed(f.money(withheldMinor, currency)) : [],
  ];
  return t.cancel.rules(f.list(parts.flat()));
}
