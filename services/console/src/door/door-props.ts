import type { Schema } from '@box-office/api-client';
import type { Event, Problem } from '@box-office/web';
import type { View } from '../http/view.js';

type CheckIn = Schema<'CheckIn'>;
type Admissions = Schema<'Admissions'>;

/** What the door shows of the last request. */
export type Shown =
  /** `refused`: the request is none that can be answered; asking it again changes nothing. */
  | { readonly kind: 'nothing' | 'no_code' | 'no_reason' | 'refused' | 'nothing_to_undo' }
  | { readonly kind: 'no_answer' | 'not_undone'; readonly problem: Problem }
  | { readonly kind: 'answer' | 'undone'; readonly checkIn: CheckIn }
  /** No answer: it can be asked again with the same key. */
  | { readonly kind: 'problem'; readonly problem: Problem; readonly key: string; readonly code: string };

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
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'no_answer'; readonly problem: Problem; readonly text: string };

export interface DoorProps {
  readonly v: View;
  readonly event: Event;
  readonly gate: string;
  readonly shown: Shown;
  readonly search: Search | null;
  readonly counts: Admissions | null;
}
