import { type Finding, FINDING_KINDS, FINDING_STATUSES, type FindingStatus } from '@box-office/contract';
import { type Command, Option } from 'commander';
import { addCommand, type JsonOption, uuid, wholeNumber } from '../command.js';
import type { Counter } from '../counter.js';
import { instantOf, short } from '../output/table.js';

const MOST = 10_000;
const OPEN: readonly FindingStatus[] = ['handed_over', 'found'];

interface FindingOptions extends JsonOption {
  readonly status: FindingStatus | 'open' | 'all';
  readonly event?: string;
  readonly purchase?: string;
  readonly kind?: string;
  readonly limit: number;
}

export function addFindings(program: Command, counter: Counter): void {
  addCommand(program, {
    name: 'findings',
    summary: 'list differences between the stores, and what became of them',
    more: 'Those that are open, if no status is named: `handed_over` waits for a person, `found` is about to be repaired. Newest first.',
    examples: ['findings', 'findings --event 1 --status all', 'findings --kind charge_without_ticket --json'],
  })
    .addOption(
      new Option('--status <status>', 'only these').choices(['open', 'all', ...FINDING_STATUSES]).default('open'),
    )
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(FINDING_KINDS))
    .option('--event <id>', 'only about this event')
    .option('--purchase <id>', 'only about this purchase', uuid)
    .option('--limit <n>', `most to list (1 to ${MOST})`, wholeNumber(MOST), 100)
    .action((options: FindingOptions) => list(counter, options));
}

async function list(counter: Counter, options: FindingOptions): Promise<void> {
  const { output } = counter;
  const { status, event, purchase, kind, limit } = options;
  const gateway = counter.gateway();
  const statuses = status === 'open' ? OPEN : [status === 'all' ? undefined : status];
  const found: Finding[] = [];
  let more = false;
  for (const one of statuses) {
    if (found.length >= limit) break;
    const query = { status: one, eventId: event, purchaseId: purchase, kind };
    const page = await gateway.list<'findings', Finding>('/api/operations/findings', 'findings', {
      most: limit - found.length,
      query,
    });
    found.push(...page.items);
    more ||= page.next !== null;
  }
  if (options.json) return output.json({ findings: found });
  if (found.length === 0) return output.line(status === 'open' ? 'No finding is open.' : 'There are none.');
  output.table(FINDING_HEAD, found.map(rowOfFinding));
  if (more || found.length === limit) output.note(`There may be more: --limit ${Math.min(MOST, limit * 10)}`);
}

export const FINDING_HEAD = ['LAST SEEN', 'KIND', 'STATUS', 'EVENT', 'SUBJECT', 'EXPECTED', 'FOUND', 'CAUSE', 'ACTION'];

export const rowOfFinding = (finding: Finding) => [
  instantOf(finding.lastSeen),
  finding.kind,
  finding.status,
  finding.eventId,
  finding.subject,
  shown(finding.expected),
  shown(finding.found),
  finding.cause,
  finding.action,
];

const shown = (value: unknown): string => short(typeof value === 'string' ? value : JSON.stringify(value));
