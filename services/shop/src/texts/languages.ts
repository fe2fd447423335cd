import { createWords, type Words as WordsOf } from '@box-office/web';
import { de } from './de.js';
import { en, type Texts } from './en.js';

export type Words = WordsOf<Texts>;

export const wordsOf = createWords({ en, de });

/** Day and time of an instant, as texts name them. */
export const whenIn = ({ t, f }: Words, instant: string, zone: string, day: 'day' | 'shortDay' = 'day'): string =>
  t.dateAndTime(f[day](instant, zone), f.time(instant, zone));
