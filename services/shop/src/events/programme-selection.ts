import type { Event } from '@box-office/web';
import { canBeBought, priceFrom, type Sale } from './availability.js';

export const KINDS = ['all', 'available', 'free'] as const;

const MAX_WORDS = 100;
const MAX_PLACE = 200;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** What a visitor wants to see of the programme. An empty text stands for everything. */
export interface Selection {
  readonly words: string;
  readonly kind: (typeof KINDS)[number];
  /** First and last day, `2035-06-06`. */
  readonly from: string;
  readonly to: string;
  readonly place: string;
}

export interface Listed {
  readonly event: Event;
  readonly sale: Sale;
}

export function selectionIn(query: Readonly<Record<string, string>>): Selection {
  const day = (text = ''): string => (DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : '');
  return {
    words: (query['q'] ?? '').slice(0, MAX_WORDS).trim(),
    kind: KINDS.find((one) => one === query['show']) ?? 'all',
    from: day(query['from']),
    to: day(query['to']),
    place: (query['place'] ?? '').slice(0, MAX_PLACE),
  };
}

export const isWhole = ({ words, kind, from, to, place }: Selection): boolean =>
  kind === 'all' && [words, from, to, place].every((text) => text === '');

/** The address of a page of what was selected. */
export function addressOf({ words, kind, from, to, place }: Selection, page: number): string {
  const parts = { q: words, show: kind === 'all' ? '' : kind, from, to, place, page: page === 1 ? '' : String(page) };
  const query = new URLSearchParams(Object.entries(parts).filter(([, value]) => value !== '')).toString();
  return query === '' ? '/' : `/?${query}`;
}

/** Whether an event is among what was selected. */
export function matcherOf({ words, kind, from, to, place }: Selection): (listed: Listed) => boolean {
  const wanted = words === '' ? [] : plain(words).split(' ');
  const daysOf = createDays();
  return ({ event, sale }) => {
    if (wanted.length > 0) {
      const text = plain(`${event.name} ${event.venue} ${event.description}`);
      if (!wanted.every((word) => text.includes(word))) return false;
    }
    if (kind === 'available' && !canBeBought(sale)) return false;
    if (kind === 'free' && priceFrom(event) !== 0) return false;
    if (place !== '' && event.venue !== place) return false;
    if (from === '' && to === '') return true;
    const [first, last] = daysOf(event);
    return (from === '' || last >= from) && (to === '' || first <= to);
  };
}

/** Without case and accents, so that they need not be typed. */
const plain = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/\s+/g, ' ').toLowerCase();

/** First and last day of an event in its zone. One that ends in the night after its first day is of that day alone. */
function createDays(): (event: Event) => readonly [string, string] {
  const formats = new Map<string, Intl.DateTimeFormat>();
  return ({ startsAt, endsAt, timeZone }) => {
    // Swedish dates are those of ISO 8601.
    const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
    const first = format.format(new Date(startsAt));
    const isOfOneDay = Date.parse(endsAt) - Date.parse(startsAt) < DAY_MS;
    return [first, isOfOneDay ? first : format.format(new Date(endsAt))];
  };
}
