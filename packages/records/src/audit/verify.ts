import type pg from 'pg';
import type { AuditFinding } from './finding.js';
import { hashOfAuditLine, type AuditLine } from './line.js';
import { auditLinePages, readAuditHead, type AuditHead, type AuditPeriod } from './read-lines.js';
import { anchorOf, followerOf, linesBeyondTheEnd, removedLines, scopeOf, type Place } from './verify-places.js';

/** Beyond these there is no point in naming lines. */
const MAX_FINDINGS = 1_000;

export type AuditReport =
  | { readonly type: 'progress'; readonly verified: number; readonly id: string }
  | ({ readonly type: 'finding' } & AuditFinding)
  | {
      readonly type: 'verdict';
      readonly intact: boolean;
      /** Lines whose hash was computed. */
      readonly verified: number;
      /** How many; the first thousand were told. */
      readonly findings: number;
      /** The end of the chain when this began. Keep it elsewhere, and give it as `noted` some day. */
      readonly head: AuditHead;
      /** Whether the end that was noted before still stands; `not seen` if it lies outside of the period that was asked for. */
      readonly noted: 'stands' | 'contradicted' | 'not seen' | null;
    };

export interface AuditScope extends AuditPeriod {
  /** An end of the chain that was noted before: proves that nothing up to there was written anew since. */
  readonly noted?: AuditHead;
}

/**
 * Computes every hash of the audit log again, outside the database, and compares it with what stands there. Yields each
 * line that is altered, removed or inserted, and now and then how far it is; the last report is the verdict.
 *
 * With a period only its lines are looked at, and that they follow the line before and are followed by the one after.
 * Lines that are appended meanwhile are not looked at.
 */
export async function* verifyAuditLog(pool: pg.Pool, scope: AuditScope = {}): AsyncGenerator<AuditReport, void> {
  const head = await readAuditHead(pool);
  const { start, scanAfter, through } = await scopeOf(pool, scope, head);
  let place = start;
  let verified = 0;
  let findings = 0;
  let noted: 'stands' | 'contradicted' | 'not seen' = 'not seen';

  function* tell(found: readonly AuditFinding[]): Generator<AuditReport> {
    for (const finding of found) if (++findings <= MAX_FINDINGS) yield { type: 'finding', ...finding };
  }

  for await (const page of auditLinePages(pool, { after: scanAfter, through: String(through) })) {
    for (const line of page) {
      const id = BigInt(line.id);
      if (id > place.id + 1n) place = await behindDropped(pool, place, id - 1n);
      if (id > place.id + 1n) {
        yield* tell(await removedLines(pool, place.id + 1n, id - 1n));
        place = { id: id - 1n, messageId: null, hash: line.previous, isLine: false };
      }
      const found = lookAt(line, place);
      yield* tell(found);
      verified += 1;
      if (line.id === scope.noted?.id) noted = line.hash === scope.noted.hash ? 'stands' : 'contradicted';
      if (id > place.id) place = placeOf(line, found);
    }
    yield { type: 'progress', verified, id: String(place.id) };
  }

  if (place.id < through) place = await behindDropped(pool, place, through);
  if (place.id < through) yield* tell(await removedLines(pool, place.id + 1n, through));
  else yield* tell(followed(place, await followerOf(pool, through, head)));
  if (scope.to === undefined) yield* tell(await linesBeyondTheEnd(pool));
  if (noted === 'not seen' && scope.noted?.id === String(start.id)) {
    noted = scope.noted.hash === start.hash ? 'stands' : 'contradicted';
  }
  // With no end of the period all there is was looked at: what was noted beyond it is not there any more.
  if (noted === 'not seen' && scope.noted && scope.to === undefined && BigInt(scope.noted.id) > through) {
    noted = 'contradicted';
  }
  const intact = findings === 0 && noted !== 'contradicted';
  yield { type: 'verdict', intact, verified, findings, head, noted: scope.noted ? noted : null };
}

/** Where the chain goes on if partitions were dropped in good order after this began: then nothing is missing there. */
async function behindDropped(pool: pg.Pool, place: Place, through: bigint): Promise<Place> {
  const anchor = await anchorOf(pool);
  return anchor.id > place.id && anchor.id <= through ? anchor : place;
}

function lookAt(line: AuditLine, place: Place): AuditFinding[] {
  const { id, messageId } = line;
  if (BigInt(id) <= place.id) return [{ kind: 'inserted', id, messageId, reason: 'its place in the chain is taken' }];
  if (hashOfAuditLine(line) !== line.hash) {
    return [{ kind: 'altered', id, messageId, reason: 'its content is not what its hash was made from' }];
  }
  return followed(place, { hash: line.previous, id, messageId });
}

/** Whether what comes next was made from the line before it as it stands there now. */
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
    const reason = 'the end of the chain does not follow what stood before it';
    return [{ kind: 'altered', id: String(place.id), messageId: null, reason }];
  }
  const reason = 'it does not follow what stood before it';
  return [{ kind: 'altered', id: next.id, messageId: next.messageId, reason }];
}

/** A line as the place that the next one follows; of one that was found altered, the link is not told a second time. */
function placeOf(line: AuditLine, found: readonly AuditFinding[]): Place {
  const isFaulty = found.some((finding) => finding.id === line.id);
  return { id: BigInt(line.id), messageId: line.messageId, hash: isFaulty ? null : line.hash, isLine: true };
}
