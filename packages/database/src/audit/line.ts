import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from './canonical-json.js';

/** Previous hash of the first line: 32 zero bytes. */
export const GENESIS = '0'.repeat(64);

/**
 * A line of the audit log with every field that its hash covers. Ids and amounts are decimal digits, because they may be
 * larger than a JavaScript number; instants are ISO 8601 in UTC with six digits of the second; hashes are hexadecimal.
 */
export interface AuditLine {
  /** Place in the chain, from 1. */
  readonly id: string;
  readonly messageId: string;
  readonly kind: string;
  readonly actor: string | null;
  readonly purchaseId: string | null;
  readonly transactionId: string | null;
  readonly userId: string | null;
  readonly eventId: string | null;
  readonly amountMinor: string | null;
  readonly currency: string | null;
  readonly requestId: string | null;
  readonly before: Json;
  readonly after: Json;
  readonly details: Json;
  readonly occurredAt: string;
  readonly recordedAt: string;
  /** Hash of the line before. */
  readonly previous: string;
  readonly hash: string;
}

/** The text that is hashed with SHA-256: the canonical JSON (RFC 8785) of all fields but `hash`. */
export function canonicalAuditLine(line: Omit<AuditLine, 'hash'>): string {
  const members: [string, string][] = [
    ['actor', canonicalJson(line.actor)],
    ['after', canonicalJson(line.after)],
    ['amountMinor', line.amountMinor ?? 'null'],
    ['before', canonicalJson(line.before)],
    ['currency', canonicalJson(line.currency)],
    ['details', canonicalJson(line.details)],
    ['eventId', canonicalJson(line.eventId)],
    ['id', line.id],
    ['kind', canonicalJson(line.kind)],
    ['messageId', canonicalJson(line.messageId)],
    ['occurredAt', canonicalJson(line.occurredAt)],
    ['previous', canonicalJson(line.previous)],
    ['purchaseId', canonicalJson(line.purchaseId)],
    ['recordedAt', canonicalJson(line.recordedAt)],
    ['requestId', canonicalJson(line.requestId)],
    ['transactionId', canonicalJson(line.transactionId)],
    ['userId', canonicalJson(line.userId)],
  ];
  return `{${members.map(([name, text]) => `"${name}":${text}`).join(',')}}`;
}

/** The correct hash of the line, in hexadecimal. */
export const hashOfAuditLine = (line: Omit<AuditLine, 'hash'>): string =>
  createHash('sha256').update(canonicalAuditLine(line), 'utf8').digest('hex');
