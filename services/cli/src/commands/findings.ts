import type { Schema } from '@box-office/api-client';
import { FINDING_KINDS, FINDING_STATUSES, type FindingKind, type FindingStatus } from '@box-office/contract';
import { type Command, Option } from 'commander';
import { addCommand, type JsonOption, uuid, wholeNumber } from '../command.js';
import type { CliContext } from '../context.js';
import { readPages, type Gateway } from '../gateway.js';
import { showList } from '../output/list.js';
import { instantOf, short } from '../output/table.js';

const MAX_LISTED = 10_000;
const OPEN: readonly FindingStatus[] = ['handed_over', 'found'];

interface FindingOptions extends JsonOption {
  readonly status: FindingStatus | 'open' | 'all';
  readonly event?: string;
  readonly purchase?: string;
  readonly kind?: FindingKind;
  readonly limit: number;
}

export function addFindings(program: Command, context: CliContext): void {
  addCommand(program, {
    name: 'findings',
    summary: 'list differences between the stores, and what was done about them',
    more: 'Lists open ones unless --status is given: `handed_over` waits for an operator, `found` is about to be repaired. Newest first.',
    examples: ['findings', 'findings --event 1 --status all', 'findings --kind charge_without_ticket --json'],
  })
    .addOption(
      new Option('--status <status>', 'only these').choices(['open', 'all', ...FINDING_STATUSES]).default('open'),
    )
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(FINDING_KINDS))
    .option('--event <id>', 'only about this event')
    .option('--purchase <id>', 'only about this purchase', uuid)
    .option('--limit <n>', `maximum to list (1 to ${MAX_LISTED})`, wholeNumber(MAX_LISTED), 100)
    .action((options: FindingOptions) => list(context, options));
}

async function list(context: CliContext, options: FindingOptions): Promise<void> {
  const { status, event, purchase, kind, limit } = options;
  const statuses = status === 'open' ? OPEN : [status === 'all' ? undefined : status];
  const found: Finding[] = [];
  let more = false;
  for (const one of statuses) {
    if (found.length >= limit) break;
    const filter = { status: one, eventId: event, purchaseId: purchase, kind };
    const page = await readFindings(context.gateway(), limit - found.length, filter);
    found.push(...page.items);
    more ||= page.next !== null;
  }
  const mayBeMore = more || found.length === limit;
  showList(context.output, options.json, {
    document: { findings: found },
    empty: status === 'open' ? 'No finding is open.' : 'There are none.',
    head: FINDING_HEAD,
    rows: found.map(rowOfFinding),
    more: mayBeMore ? `There may be more: --limit ${Math.min(MAX_LISTED, limit * 10)}` : undefined,
  });
}

type Finding = Schema<'Finding'>;

interface FindingFilter {
  readonly status?: FindingStatus | undefined;
  readonly eventId?: string | undefined;
  readonly purchaseId?: string | undefined;
  readonly kind?: FindingKind | undefined;
}

/** Up to `max` findings, newest first. */
export const readFindings = ({ api, answer }: Gateway, max: number, filter: FindingFilter) =>
  readPages<Finding>(max, async (page) => {
    const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    const query = { ...given, ...page };
    const { findings, next } = await answer(api.GET('/api/operations/findings', { params: { query } }));
    return { items: findings, next };
  });

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
