import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { appendAuditLines, type NewAuditLine } from './append.js';
import type { Json } from './canonical-json.js';
import type { Operator } from './operator-requests.js';

/** An act of an operator, or of the staff at a door. */
export interface OperatorAct extends Pick<
  NewAuditLine,
  'purchaseId' | 'transactionId' | 'userId' | 'eventId' | 'amountMinor' | 'currency' | 'requestId' | 'before' | 'after'
> {
  readonly by: Operator;
  readonly action: string;
  /** `operator` unless it says otherwise. */
  readonly lineKind?: 'operator' | 'admission';
  /** Null if none is required. */
  readonly reason: string | null;
  /** Identifies the act if it may be recorded more than once. */
  readonly messageId?: string;
  readonly details?: { readonly [name: string]: Json | undefined };
}

/** The audit line of an operator's act: who, how that is known, through which channel, why, before and after. */
export function operatorLine({
  by,
  action,
  reason,
  messageId,
  lineKind,
  details,
  ...about
}: OperatorAct): NewAuditLine {
  return {
    ...about,
    messageId: messageId ?? randomUUID(),
    kind: lineKind ?? 'operator',
    actor: by.name,
    occurredAt: new Date().toISOString(),
    details: { ...details, action, reason, ...provenanceOf(by) },
  };
}

/** What a line says about the operator. */
export const provenanceOf = ({ name, verified, channel }: Operator) => ({
  operator: name,
  actorVerified: verified,
  channel,
});

/** Records an act of an operator. Within a transaction this comes last. */
export async function recordOperatorAct(db: pg.Pool | pg.ClientBase, act: OperatorAct): Promise<void> {
  await appendAuditLines(db, [operatorLine(act)]);
}
