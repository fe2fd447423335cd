import { decimalsOf } from './currencies.js';

/** Dates, times, numbers and money in one language. Instants are ISO 8601. */
export function createFormats(language: string) {
  const date = (instant: string, timeZone: string, options: Intl.DateTimeFormatOptions): string =>
    formatter(language, { timeZone, ...options }).format(new Date(instant));
  const locale = language === 'en' ? 'en-GB' : language;
  const parts = { weekday: 'long', day: 'numeric', month: 'long' } as const;
  return {
    language,
    /** `Saturday 6 June 2035` */
    day: (instant: string, zone: string) => date(instant, zone, { ...parts, year: 'numeric' }),
    /** `Sat 6 June` */
    shortDay: (instant: string, zone: string) => date(instant, zone, { ...parts, weekday: 'short' }),
    /** `19:00` */
    time: (instant: string, zone: string) =>
      date(instant, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    /** `Central European Time` */
    zone: (instant: string, zone: string) =>
      formatter(language, { timeZone: zone, timeZoneName: 'longGeneric' })
        .formatToParts(new Date(instant))
        .find(({ type }) => type === 'timeZoneName')?.value ?? zone,
    /** `EUR 90.00`, with the decimals of ISO 4217. */
    money(amountMinor: number, currency: string): string {
      const digits = decimalsOf(currency) ?? 0;
      const exact = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      const style = { style: 'currency', currency, currencyDisplay: 'code', ...exact } as const;
      return new Intl.NumberFormat(locale, style).format(amountMinor / 10 ** digits);
    },
    /** `90.00`: where the currency is said elsewhere. */
    amount(amountMinor: number, currency: string): string {
      const digits = decimalsOf(currency) ?? 0;
      const exact = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      return new Intl.NumberFormat(locale, exact).format(amountMinor / 10 ** digits);
    },
    /** `7%`: a rate in millionths. */
    rate: (ppm: number) =>
      new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 4 }).format(ppm / 1_000_000),
    number: (value: number) => new Intl.NumberFormat(locale).format(value),
    list: (items: readonly string[]) => new Intl.ListFormat(locale).format(items),
  };
}

export type Formats = ReturnType<typeof createFormats>;

const formatters = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATTERS = 500;

/** Kept: making one takes longer than a page. */
function formatter(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const known = formatters.get(key);
  if (known !== undefined) return known;
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  const made = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options);
  formatters.set(key, made);
  return made;
}
