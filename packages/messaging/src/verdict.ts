/**
 * What shall become of one message:
 * - `ack`: it is done
 * - `deadLetter`: it can never be done; the reason is a short stable word, the detail tells more
 * - `retry`: it failed by itself and may go better later; the broker brings it again after the topology's delays, and
 *   when they are used up it is dead
 */
export type Verdict =
  | 'ack'
  | { readonly deadLetter: string; readonly detail?: string }
  | { readonly retry: string; readonly detail?: string };
