import type { Column, Table } from './catalog.js';

type Transitions = Readonly<Record<string, readonly string[]>>;

/** The text of docs/data-model.md. */
export const dataModelPage = (tables: readonly Table[], transitions: Transitions): string => {
  const linked = tables.filter((table) => isLinked(table, tables));
  const others = tables.filter((table) => !linked.includes(table));
  return `# Data model

A test writes this page from PostgreSQL's catalog and the transition table of a purchase
(\`npm test -- packages/database/src/data-model -u\`). The schema with all columns and their comments is in
[packages/database/migrations](../packages/database/migrations); how it is changed is in [migrations.md](migrations.md).

## Tables of sales

An event has ticket types and one inventory in Redis. A purchase has tickets, a cancellation takes tickets back, and a
hold reserves serials for a purchase to come. The capacity ledger has one line per change of an event's capacity.

Only key columns are shown. A dotted line is a reference without a foreign key, because the refusal of a purchase for an
unknown event is stored too.

${diagramOf(linked)}

## Tables apart

The audit log, statistics and work queues refer to sales by id, without foreign keys: they are written later, from
messages, and the audit log outlives what it describes.

${diagramOf(others)}

## What each table is

| table | what it holds |
| --- | --- |
${tables.map(({ name, comment }) => `| \`${name}\` | ${firstSentence(comment)} |`).join('\n')}

## States of a purchase

The status of a row in \`event_ticket_transactions\`. The trigger \`purchase_status_is_legal\` refuses every other change,
so a bug or an old process cannot break the order. Tickets become valid with \`confirmed\`; undoing is decided before it
begins and ends in the outcome that was decided then.

${stateDiagramOf(transitions)}
`;
};

const isLinked = ({ name, foreignKeys }: Table, tables: readonly Table[]): boolean =>
  foreignKeys.length > 0 || tables.some((other) => other.foreignKeys.some(({ references }) => references === name));

const fenced = (lines: readonly string[]): string => ['```mermaid', ...lines, '```'].join('\n');

function diagramOf(tables: readonly Table[]): string {
  const names = tables.map(({ name }) => name);
  return fenced([
    'erDiagram',
    ...tables.flatMap((table) => linesTo(table, names)),
    ...tables.flatMap((table) => [`  ${table.name} {`, ...keyColumnsOf(table), '  }']),
  ]);
}

/** The relations of a table to those that it refers to. */
function linesTo(table: Table, names: readonly string[]): string[] {
  const { name, columns, foreignKeys } = table;
  const keys = foreignKeys.map((key) => {
    const parts = columns.filter((column) => key.columns.includes(column.name));
    const from = parts.some(({ nullable }) => nullable) ? '|o' : '||';
    const isOnlyOne = parts.length === 1 && parts[0]?.isUnique === true;
    return `  ${key.references} ${from}--${isOnlyOne ? 'o|' : 'o{'} ${name} : "${key.columns.join(', ')}"`;
  });
  const isFree = columns.some(({ name: column }) => column === 'event_id') && !refersTo(table, 'event_id');
  return isFree && names.includes('events') ? [...keys, `  events |o..o{ ${name} : "event_id"`] : keys;
}

const refersTo = ({ foreignKeys }: Table, column: string): boolean =>
  foreignKeys.some(({ columns }) => columns.includes(column));

function keyColumnsOf(table: Table): string[] {
  const marks = ({ name, isPrimary, isUnique }: Column): string[] => [
    ...(isPrimary ? ['PK'] : []),
    ...(refersTo(table, name) ? ['FK'] : []),
    ...(isUnique && !isPrimary ? ['UK'] : []),
  ];
  return table.columns
    .filter((column) => marks(column).length > 0)
    .map((column) => `    ${column.type.replace(/\W.*/, '')} ${column.name} ${marks(column).join(', ')}`);
}

const firstSentence = (comment: string | null): string => comment?.replace(/\. .*/s, '.') ?? '';

function stateDiagramOf(transitions: Transitions): string {
  return fenced([
    'stateDiagram-v2',
    '  [*] --> claimed',
    '  [*] --> refused: refused when it was claimed',
    ...Object.entries(transitions).flatMap(([from, successors]) =>
      successors.length === 0 ? [`  ${from} --> [*]`] : successors.map((to) => `  ${from} --> ${to}`),
    ),
  ]);
}
