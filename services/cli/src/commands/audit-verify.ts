import { type AuditFinding, type AuditHead, type AuditReport, verifyAuditLog } from '@box-office/database';
import { type Command, InvalidArgumentError } from 'commander';
import { addCommand, instant, type JsonOption } from '../command.js';
import type { CliContext } from '../context.js';
import { answeredNo } from '../failure.js';
import { countOf } from '../output/table.js';

interface VerifyOptions extends JsonOption {
  readonly from?: string;
  readonly to?: string;
  readonly noted?: AuditHead;
}

type Verdict = Extract<AuditReport, { type: 'verdict' }>;

export function addVerify(group: Command, context: CliContext): void {
  addCommand(group, {
    name: 'verify',
    summary: 'compute every hash of the audit log again and name each line that was altered, removed or inserted',
    more: 'The exit code is 1 if the log is not whole. The last line is the head of the chain: store it elsewhere. A later verification with --noted <head> proves that nothing before it was rewritten.',
    examples: ['audit verify', 'audit verify --from 2026-11-01 --to 2026-12-01', 'audit verify --noted 1234:9f86d0…'],
  })
    .option('--from <instant>', 'only lines recorded from then on', instant)
    .option('--to <instant>', 'only lines recorded before', instant)
    .option('--noted <line:hash>', 'a head of the chain that was noted before', notedHead)
    .action((options: VerifyOptions) => verify(context, options));
}

function notedHead(text: string): AuditHead {
  const [, id, hash] = /^(\d+):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (id === undefined || hash === undefined)
    throw new InvalidArgumentError('It must be <line>:<64 hexadecimal digits>.');
  return { id, hash: hash.toLowerCase() };
}

async function verify(context: CliContext, { json, ...scope }: VerifyOptions): Promise<void> {
  const { output } = context;
  const findings: AuditFinding[] = [];
  const verdict = await context.withDatabase(async (pool) => {
    let last: Verdict | undefined;
    for await (const report of verifyAuditLog(pool, scope)) {
      if (report.type === 'verdict') last = report;
      if (report.type === 'progress') output.progress(`${countOf(report.verified, 'line')} verified …`);
      if (report.type !== 'finding') continue;
      const { kind, id, messageId, reason } = report;
      findings.push({ kind, id, messageId, reason });
      if (!json) output.line(`${kind} line ${id}${messageId === null ? '' : ` (message ${messageId})`}: ${reason}`);
    }
    if (!last) throw new Error('the verification ended without a verdict');
    return last;
  });
  const { verified, head, noted } = verdict;
  // Outside of the period it was not looked at: that proves nothing, so it is no yes.
  const intact = verdict.intact && noted !== 'not_seen';
  if (json) output.json({ intact, verified, findings, count: verdict.findings, head, noted });
  else {
    output.line(`${countOf(verified, 'line')} verified; the head of the chain is ${head.id}:${head.hash}`);
    if (noted === 'confirmed') output.line(`The noted line ${scope.noted?.id} stands.`);
  }
  if (!intact) throw answeredNo(errorsOf(verdict));
}

function errorsOf({ findings, noted }: Verdict): string {
  const faults = [
    findings > 0 && `${countOf(findings, 'line is', 'lines are')} not as written`,
    noted === 'contradicted' && 'the noted line is not what it was, or gone',
    noted === 'not_seen' && 'the noted line was not seen: it lies outside of the period',
  ].filter(Boolean);
  return `the audit log is not proven whole: ${faults.join('; ')}`;
}
