import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { type AuditLine, type AuditPeriod, exportAuditLog } from '@box-office/database';
import { type Command, Option } from 'commander';
import type pg from 'pg';
import { addCommand, instant, type JsonOption } from '../command.js';
import type { CliContext } from '../context.js';
import { CliFailure, misused, textOfError } from '../failure.js';
import { asText, csvLine } from '../output/csv.js';
import { written } from '../output/output.js';
import { countOf } from '../output/table.js';

type Format = 'jsonl' | 'csv';

interface ExportOptions extends AuditPeriod, JsonOption {
  readonly format: Format;
  readonly out?: string;
  readonly raw?: true;
}

export function addExport(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'export',
    summary: 'write the lines of the audit log, with their hashes, as JSON Lines or CSV',
    more: 'A CSV field that a spreadsheet would take for a formula begins with an apostrophe, unless --raw is given. Lines go out as they are read, so that a log of any length needs no memory. The file appears when it is complete. An existing file is not replaced. --json describes the export and needs --out.',
    examples: [
      'audit export --format csv --from 2026-11-01 --to 2026-12-01 --out november.csv',
      'audit export --format jsonl | gzip > audit.jsonl.gz',
    ],
  })
    .addOption(new Option('--format <format>', 'jsonl, or csv (RFC 4180)').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--from <instant>', 'only lines recorded from then on', instant)
    .option('--to <instant>', 'only lines recorded before', instant)
    .option('--raw', 'CSV: fields as they were recorded, also those that a spreadsheet takes for formulas')
    .option('--out <file>', 'to this file instead of standard output')
    .action((options: ExportOptions) => exportLog(context, options));
}

async function exportLog(context: CliContext, options: ExportOptions): Promise<void> {
  const { output } = context;
  const { format, out, json, raw, ...period } = options;
  const textOf = format === 'jsonl' ? jsonOf : csvOf(raw ? (value) => value : asText);
  const head = format === 'csv' ? csvLine([...COLUMNS]) : '';
  if (json && out === undefined)
    throw misused('--json needs --out: otherwise the lines and the JSON document would both go to standard output');
  const lines = await context.withDatabase((pool) =>
    out === undefined
      ? writeLines(pool, period, { head, textOf }, (text) => output.write(text))
      : writeFile(out, (write) =>
          writeLines(pool, period, { head, textOf }, write, (count) =>
            output.progress(`${countOf(count, 'line')} exported …`),
          ),
        ),
  );
  if (json) output.json({ file: out, format, lines, ...period });
  else output.note(`${countOf(lines, 'line')} exported${out === undefined ? '' : ` to ${out}`}`);
}

type Write = (text: string) => Promise<void>;

async function writeLines(
  pool: pg.Pool,
  period: AuditPeriod,
  form: { readonly head: string; readonly textOf: (line: AuditLine) => string },
  write: Write,
  progress: (lines: number) => void = () => undefined,
): Promise<number> {
  let lines = 0;
  if (form.head !== '') await write(form.head);
  for await (const page of exportAuditLog(pool, period)) {
    await write(page.map(form.textOf).join(''));
    lines += page.length;
    progress(lines);
  }
  return lines;
}

/** In the order in which an auditor reads: what, who, whom it concerns, when, and the proof. */
const COLUMNS = [
  ...(['id', 'messageId', 'kind', 'actor', 'purchaseId', 'transactionId', 'userId', 'eventId'] as const),
  ...(['amountMinor', 'currency', 'requestId', 'before', 'after', 'details', 'occurredAt', 'recordedAt'] as const),
  ...(['previous', 'hash'] as const),
] satisfies readonly (keyof AuditLine)[];

const AS_JSON: ReadonlySet<string> = new Set(['before', 'after', 'details']);

const jsonOf = (line: AuditLine): string => `${JSON.stringify(line)}\n`;

const csvOf =
  (kept: (value: string | null) => string | null) =>
  (line: AuditLine): string =>
    csvLine(
      COLUMNS.map((column) => {
        const value = line[column];
        if (value === null) return null;
        return kept(typeof value === 'string' && !AS_JSON.has(column) ? value : JSON.stringify(value));
      }),
    );

/** Writes beside the file and renames at the end: what bears its name is complete. */
async function writeFile(file: string, work: (write: Write) => Promise<number>): Promise<number> {
  if (await stat(file).catch(() => undefined)) throw misused(`${file} is there already`);
  const part = `${file}.part`;
  const stream = createWriteStream(part, { mode: 0o600 });
  // Without a listener an error would end the process before `finished` reports it.
  stream.on('error', () => undefined);
  try {
    const lines = await work((text) => written(stream, text));
    stream.end();
    await finished(stream);
    await rename(part, file);
    return lines;
  } catch (error) {
    stream.destroy();
    await rm(part, { force: true });
    if (error instanceof CliFailure) throw error;
    if (error instanceof Error && 'syscall' in error && 'path' in error)
      throw misused(`${file}: ${textOfError(error)}`);
    throw error;
  }
}
