import { callsTo, type Call } from '../checker/calls.js';
import { describeViolation, INVARIANTS } from '../checker/violation.js';
import type { RunResult } from './run.js';

const MAX_VIOLATIONS = 30;
const MAX_OUTAGES = 8;
const ACTIONS = ['buy', 'read', 'cancel', 'hold', 'release'] as const;

/** The result of one run as a table, with its violations. */
export function describeRun(run: RunResult): string {
  const notes = run.verdict.kind === 'unknown' ? [] : run.verdict.notes.map((note): Row => ['note', note]);
  return [table([...rowsOf([run]), ...notes, ['verdict', run.verdict.kind]]), ...violationLines(run)].join('\n');
}

/** The totals of several runs, as one table. */
export function describeRuns(runs: readonly RunResult[]): string {
  return table([...rowsOf(runs), ['verdicts', counted(runs.map(({ verdict }) => verdict.kind))]]);
}

type Row = readonly [name: string, value: string];

function rowsOf(runs: readonly RunResult[]): Row[] {
  const calls = runs.flatMap((run) => run.calls);
  const faults = runs.flatMap((run) => run.faults);
  const keys = new Set(callsTo(calls, 'buy').map(({ purchaseId }) => purchaseId));
  const sold = runs.flatMap(({ verdict }) =>
    verdict.kind === 'unknown' ? [] : verdict.stores.tickets.filter(({ status }) => status === 'valid'),
  );
  return [
    ['seed', runs.map(({ seed }) => seed).join(', ')],
    ['purchases', `${keys.size}; ${sold.length} tickets sold in the end`],
    ['requests', `${calls.length}: ${counted(calls.map(({ action }) => action))}`],
    ...ACTIONS.map((action): Row => [`answers to ${action}`, counted(callsTo(calls, action).map(answerName))]),
    ['unknown', counted(calls.flatMap(({ answer }) => (answer.kind === 'unknown' ? [answer.cause] : [])))],
    ['faults', `${faults.length}: ${counted(faults.map(({ kind }) => kind))}`],
    ['not started', counted(faults.flatMap(({ kind, failure }) => (failure === undefined ? [] : [kind])))],
    ['payment faults', counted(paymentFaults(calls))],
    ['longest without a sale', maxOutages(runs)],
    [
      'from the last fault until quiescent',
      runs.length === 1 ? runs.map(recoveryOf).join() : `at most ${maxRecovery(runs)}`,
    ],
  ];
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

const recoveryOf = ({ quiescentAfterMs }: RunResult): string =>
  quiescentAfterMs === null ? 'never' : seconds(quiescentAfterMs);

function maxRecovery(runs: readonly RunResult[]): string {
  if (runs.some(({ quiescentAfterMs }) => quiescentAfterMs === null)) return 'never';
  return seconds(Math.max(...runs.map(({ quiescentAfterMs }) => quiescentAfterMs ?? 0)));
}

function violationLines({ verdict, dataDir }: RunResult): string[] {
  if (verdict.kind === 'holds') return [];
  const lines = verdict.kind === 'unknown' ? verdict.causes : verdict.violations.map(describeViolation);
  const violated = verdict.kind === 'unknown' ? [] : new Set(verdict.violations.map(({ invariant }) => invariant));
  const more = lines.length > MAX_VIOLATIONS ? [`  … and ${lines.length - MAX_VIOLATIONS} more`] : [];
  return [
    ...[...violated].sort().map((invariant) => `  invariant ${invariant} does not hold: ${INVARIANTS[invariant]}`),
    ...lines.slice(0, MAX_VIOLATIONS).map((line) => `  ✗ ${line}`),
    ...more,
    `  stores, logs and run.jsonl: ${dataDir ?? ''}`,
  ];
}

/** The kind of an answer, or the problem of a refusal. */
function answerName({ answer }: Call): string {
  if (answer.kind === 'refused') return answer.problem;
  return answer.kind === 'unknown' && answer.status === null ? 'no answer' : answer.kind.replaceAll('_', ' ');
}

/** Each value with how often it occurs, most frequent first. */
function counted(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([value, count]) => `${value} ${count}`);
  return parts.length === 0 ? 'none' : parts.join(' · ');
}

/** The faults of the payment provider that buyers chose, once per purchase. */
function paymentFaults(calls: readonly Call[]): string[] {
  const methods = new Map(callsTo(calls, 'buy').map((call) => [call.purchaseId, call.paymentMethod]));
  return [...methods.values()]
    .map((method) => (method ?? 'none').replace(/^pm_/, '').replace(/\+approve$/, ''))
    .filter((method) => method !== 'approve');
}

/** Time from the start of a fault to the next sale that was requested after it, the longest of each kind. */
function maxOutages(runs: readonly RunResult[]): string {
  const longest = new Map<string, number>();
  for (const { faults, calls } of runs) {
    const sales = callsTo(calls, 'buy')
      .filter(({ answer }) => answer.kind === 'ok')
      .sort((a, b) => a.answeredAtMs - b.answeredAtMs);
    for (const { kind, startedAtMs, isConcurrent } of faults) {
      if (isConcurrent) continue;
      const next = sales.find(({ invokedAtMs }) => invokedAtMs >= startedAtMs);
      if (next) longest.set(kind, Math.max(longest.get(kind) ?? 0, next.answeredAtMs - startedAtMs));
    }
  }
  const worst = [...longest].sort(([, a], [, b]) => b - a).slice(0, MAX_OUTAGES);
  return worst.length === 0 ? 'none' : worst.map(([kind, ms]) => `${kind} ${seconds(ms)}`).join(' · ');
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
