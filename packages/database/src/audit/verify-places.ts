import type pg from 'pg';
import type { AuditFinding } from './finding.js';
import { GENESIS } from './line.js';
import type { AuditHead, AuditPeriod } from './read-lines.js';

/** Less than the id of any line. */
const LOWEST_ID = String(-(2n ** 63n));
/** Most removed lines that are reported one by one. */
const MAX_NAMED = 100;

/** The place up to which the chain was verified. */
export interface Place {
  readonly id: bigint;
  readonly messageId: string | null;
  /** The previous hash that the next line must have; null if that is not known. */
  readonly hash: string | null;
  /** False at the beginning of the chain and after a gap. */
  readonly isLine: boolean;
}

/** The place before the first line of a scope, the id after which to read, and the last line of the scope. */
export interface Scope {
  readonly start: Place;
  readonly scanAfter: string;
  readonly through: bigint;
}

/** The lines of a period: lines are in the order of recording. */
export async function scopeOf(pool: pg.Pool, period: AuditPeriod, head: AuditHead): Promise<Scope> {
  const through = period.to === undefined ? null : await firstRecordedFrom(pool, period.to);
  const first = period.from === undefined ? null : await firstRecordedFrom(pool, period.from);
  const start = await startOf(pool, period, first);
  return { ...start, through: through === null ? BigInt(head.id) : through - 1n };
}

async function startOf(pool: pg.Pool, period: AuditPeriod, first: bigint | null): Promise<Omit<Scope, 'through'>> {
  const anchor = await anchorOf(pool);
  // From the very beginning: a line that was inserted before the anchor has to be seen too.
  if (period.from === undefined) return { start: anchor, scanAfter: LOWEST_ID };
  const { rows } = await pool.query<{ id: string; message_id: string; hash: string }>(
    `select id, message_id, encode(hash, 'hex') as hash from audit_logs
      where $1::bigint is null or id < $1 order by id desc limit 1`,
    [first],
  );
  const [line] = rows;
  if (!line) return { start: anchor, scanAfter: String(anchor.id) };
  const start = { id: BigInt(line.id), messageId: line.message_id, hash: line.hash, isLine: true };
  return { start, scanAfter: line.id };
}

async function firstRecordedFrom(pool: pg.Pool, instant: string): Promise<bigint | null> {
  const { rows } = await pool.query<{ id: string | null }>(
    'select min(id) as id from audit_logs where recorded_at >= $1',
    [instant],
  );
  const id = rows[0]?.id ?? null;
  return id === null ? null : BigInt(id);
}

/** The place before the first line that is left: after the newest dropped partition, otherwise the genesis. */
export async function anchorOf(pool: pg.Pool): Promise<Place> {
  const { rows } = await pool.query<{ id: string; hash: string }>(
    `select last_id as id, encode(last_hash, 'hex') as hash from audit_anchors order by last_id desc limit 1`,
  );
  const [anchor] = rows;
  return { id: BigInt(anchor?.id ?? 0), messageId: null, hash: anchor?.hash ?? GENESIS, isLine: false };
}

/**
 * What follows a line: the next line, or the end of the chain (whose id is null here). Null if that line was dropped
 * with its partition since the scope was determined.
 */
export async function followerOf(
  pool: pg.Pool,
  through: bigint,
  head: AuditHead,
): Promise<{ readonly hash: string; readonly id: string | null; readonly messageId: string | null } | null> {
  if (through === BigInt(head.id)) return { hash: head.hash, id: null, messageId: null };
  const { rows } = await pool.query<{ id: string; message_id: string; hash: string }>(
    `select id, message_id, encode(previous_hash, 'hex') as hash from audit_logs where id = $1`,
    [through + 1n],
  );
  const [line] = rows;
  return line ? { hash: line.hash, id: line.id, messageId: line.message_id } : null;
}

/** Removed lines, each with the message id that audit_messages still has; of many, the first ones. */
export async function removedLines(pool: pg.Pool, from: bigint, to: bigint): Promise<AuditFinding[]> {
  const named = to - from >= BigInt(MAX_NAMED) ? from + BigInt(MAX_NAMED) - 1n : to;
  const { rows } = await pool.query<{ audit_id: string; message_id: string }>(
    'select audit_id, message_id from audit_messages where audit_id between $1 and $2',
    [from, named],
  );
  const messageIds = new Map(rows.map((row) => [row.audit_id, row.message_id]));
  const more = to - named;
  const findings: AuditFinding[] = [];
  for (let id = from; id <= named; id++) {
    const and = id === named && more > 0n ? `, nor are the ${more} lines after it` : '';
    const messageId = messageIds.get(String(id)) ?? null;
    findings.push({ kind: 'removed', id: String(id), messageId, reason: `it is not there${and}` });
  }
  return findings;
}

/** Lines after the end of the chain, which the append function has not written. */
export async function linesBeyondTheEnd(pool: pg.Pool): Promise<AuditFinding[]> {
  const { rows } = await pool.query<{ id: string; message_id: string }>(
    `select id, message_id from audit_logs where id > (select last_id from audit_chain) order by id limit $1`,
    [MAX_NAMED],
  );
  return rows.map((row) => ({
    kind: 'inserted',
    id: row.id,
    messageId: row.message_id,
    reason: 'it is after the end of the chain',
  }));
}
