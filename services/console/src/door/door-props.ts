import type { Schema } from '@box-office/api-client';
import type { Event } from '@box-office/web';
import type { View } from '../http/view.js';

type CheckIn = Schema<'CheckIn'>;
type Admissions = Schema<'Admissions'>;

/** What the door shows of the last request. */
export type Shown =
  | { readonly kind: 'nothing' | 'no_code' | 'no_answer' | 'no_reason' | 'not_undone' }
  | { readonly kind: 'answer' | 'undone'; readonly checkIn: CheckIn }
  /** No answer: it can be asked again with the same key. */
  | { readonly kind: 'problem'; readonly key: string; readonly code: string };

/** A search by name. `text` is what was searched for. */
export type Search =
  | {
      readonly kind: 'found';
      readonly text: string;
      /** Where the page of the list begins; undefined: the first one. */
      readonly after: string | undefined;
      readonly tickets: readonly Schema<'FoundTicket'>[];
      readonly next: string | null;
    }
  | { readonly kind: 'refused' | 'no_answer'; readonly text: string };

export interface DoorProps {
  readonly v: View;
  readonly event: Event;
  readonly gate: string;
  readonly shown: Shown;
  readonly search: Search | null;
  readonly counts: Admissions | null;
}
