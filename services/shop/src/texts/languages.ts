import { createWords, type Words as WordsOf } from '@box-office/web';
import { de } from './de.js';
import { en, type Texts } from './en.js';

export type Words = WordsOf<Texts>;

export const wordsOf = createWords({ en, de });
