import type pg from 'pg';
import type { AuditFinding } from './finding.js';
import { hashOfAuditLine, type AuditLine } from './line.js';
import { auditLinePages, readAuditHead, type AuditHead, type AuditPeriod } from './read-lines.js';
import { anchorOf, followerOf, linesBeyondTheEnd, removedLines, scopeOf, type Place } from './verify-places.js';

/** More findings are counted but not listed. */
const MAX_FINDINGS = 1_000;

export type AuditReport =
  | { readonly type: 'progress'; readonly verified: number; readonly id: string }
  | ({ readonly type: 'finding' } & AuditFinding)
  | {
      readonly type: 'verdict';
      readonly intact: boolean;
      /** Lines whose hash was computed. */
      readonly verified: number;
      /** Number of findings; the first thousand are reported. */
      readonly findings: number;
      /** The end of the chain when this began. Keep it outside the database, and pass it as `noted` later. */
      readonly head: AuditHead;
      /** Whether the line in `scope.noted` still has its hash; `not_seen` if it lies outside the period. */
      readonly noted: 'confirmed' | 'contradicted' | 'not_seen' | null;
    };

export interface AuditScope extends AuditPeriod {
  /** An earlier end of the chain: proves that nothing up to it was rewritten since. */
  readonly noted?: AuditHead;
}

/**
 * Computes every hash of the audit log again, outside the database, and compares it with the stored one. Yields each
 * line that is altered, removed or inserted, and progress; the last report is the verdict.
 *
 * With a period it checks its lines, the link of the first to the line before it, and that of the last to the line
 * after it. Lines that are appended meanwhile are not checked.
 */
export async function* verifyAuditLog(pool: pg.Pool, scope: AuditScope = {}): AsyncGenerator<AuditReport, void> {
  const head = await readAuditHead(pool);
  const { start, scanAfter, through } = await scopeOf(pool, scope, head);
  let place = start;
  let verified = 0;
  let findings = 0;
  let noted: 'confirmed' | 'contradicted' | 'not_seen' = 'not_seen';

  function* report(found: readonly AuditFinding[]): Generator<AuditReport> {
    for (const finding of found) if (++findings <= MAX_FINDINGS) yield { type: 'finding', ...finding };
  }

  for await (const page of auditLinePages(pool, { after: scanAfter, through: String(through) })) {
    for (const line of page) {
      const id = BigInt(line.id);
      if (id > place.id + 1n) place = await afterDropped(pool, place, id - 1n);
      if (id > place.id + 1n) {
        yield* report(await removedLines(pool, place.id + 1n, id - 1n));
        place = { id: id - 1n, messageId: null, hash: line.previous, isLine: false };
      }
      const found = checkAt(line, place);
      yield* report(found);
      verified += 1;
      if (line.id === scope.noted?.id) noted = line.hash === scope.noted.hash ? 'confirmed' : 'contradicted';
      if (id > place.id) place = placeOf(line, found);
    }
    yield { type: 'progress', verified, id: String(place.id) };
  }

  if (place.id < through) place = await afterDropped(pool, place, through);
  if (place.id < through) yield* report(await removedLines(pool, place.id + 1n, through));
  else yield* report(followed(place, await followerOf(pool, through, head)));
  if (scope.to === undefined) yield* report(await linesBeyondTheEnd(pool));
  if (noted === 'not_seen' && scope.noted?.id === String(start.id)) {
    noted = scope.noted.hash === start.hash ? 'confirmed' : 'contradicted';
  }
  // Without an end of the period everything was read, so a noted line beyond it does not exist any more.
  if (noted === 'not_seen' && scope.noted && scope.to === undefined && BigInt(scope.noted.id) > through) {
    noted = 'contradicted';
  }
  const intact = findings === 0 && noted !== 'contradicted';
  yield { type: 'verdict', intact, verified, findings, head, noted: scope.noted ? noted : null };
}

/** The place after partitions that were dropped by the retention since this began: nothing is missing there. */
async function afterDropped(pool: pg.Pool, place: Place, through: bigint): Promise<Place> {
  const anchor = await anchorOf(pool);
  return anchor.id > place.id && anchor.id <= through ? anchor : place;
}

function checkAt(line: AuditLine, place: Place): AuditFinding[] {
  const { id, messageId } = line;
  if (BigInt(id) <= place.id) return [{ kind: 'inserted', id, messageId, reason: 'its place in the chain is taken' }];
  if (hashOfAuditLine(line) !== line.hash) {
    return [{ kind: 'altered', id, messageId, reason: 'its content is not what its hash was made from' }];
  }
  return followed(place, { hash: line.previous, id, messageId });
}

/** Whether the next line was made from the previous one as it is now. */
function followed(
  place: Place,
  next: { readonly hash: string; readonly id: string | null; readonly messageId: string | null } | null,
): AuditFinding[] {
  if (next === null || place.hash === null || place.hash === next.hash) return [];
  if (place.isLine) {
    const by = next.id === null ? 'the end of the chain' : `line ${next.id}`;
    const reason = `${by} was made from another version of it`;
    return [{ kind: 'altered', id: String(place.id), messageId: place.messageId, reason }];
  }
  if (next.id === null) {
    const reason = 'the end of the chain does not follow the line before it';
    return [{ kind: 'altered', id: String(place.id), messageId: null, reason }];
  }
  const reason = 'it does not follow the line before it';
  return [{ kind: 'altered', id: next.id, messageId: next.messageId, reason }];
}

/** The place after a line. The link of a line that was found altered is not reported again. */
function placeOf(line: AuditLine, found: readonly AuditFinding[]): Place {
  const isFaulty = found.some((finding) => finding.id === line.id);
  return { id: BigInt(line.id), messageId: line.messageId, hash: isFaulty ? null : line.hash, isLine: true };
}
