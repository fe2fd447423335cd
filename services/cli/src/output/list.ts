import type { Output } from './output.js';
import type { Cell } from './table.js';

/** Shows a list: as one JSON document, as a table, or by the sentence `empty`; then the remark `more`, if there is one. */
export function showList(
  output: Output,
  json: true | undefined,
  list: {
    readonly document: object;
    readonly head: readonly string[];
    readonly rows: readonly (readonly Cell[])[];
    readonly empty?: string;
    readonly more?: string | undefined;
  },
): void {
  const { document, head, rows, empty, more } = list;
  if (json) return output.json(document);
  if (rows.length === 0 && empty !== undefined) return output.line(empty);
  output.table(head, rows);
  if (more !== undefined) output.note(more);
}
