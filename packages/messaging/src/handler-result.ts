/**
 * What the handler decides about one message:
 * - `ack`: its work is committed
 * - `deadLetter`: it can never be handled. The value is a short stable reason; `detail` explains it
 * - `retry`: it failed and may succeed later. The broker delivers it again after the topology's delays; after the last one it
 *   is a dead letter
 */
export type HandlerResult =
  | 'ack'
  | { readonly deadLetter: string; readonly detail?: string }
  | { readonly retry: string; readonly detail?: string };
