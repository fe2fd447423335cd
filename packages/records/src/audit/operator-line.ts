import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { appendAuditLines, type NewAuditLine } from './append.js';
import type { Json } from './canonical-json.js';
import type { Operator } from './operator-requests.js';

/** Something that an operator did, or asked for. */
export interface OperatorAct extends Pick<
  NewAuditLine,
  'purchaseId' | 'transactionId' | 'userId' | 'eventId' | 'amountMinor' | 'currency' | 'requestId' | 'before' | 'after'
> {
  readonly by: Operator;
  readonly action: string;
  /** Null where none is asked for. */
  readonly reason: string | null;
  /** Names the act, where it may be told more than once. */
  readonly messageId?: string;
  readonly details?: { readonly [name: string]: Json | undefined };
}

/** The audit line of an operator's act: who, how that is known, through which channel, why, before and after. */
export function operatorLine({ by, action, reason, messageId, details, ...about }: OperatorAct): NewAuditLine {
  return {
    ...about,
    messageId: messageId ?? randomUUID(),
    kind: 'operator',
    actor: by.name,
    occurredAt: new Date().toISOString(),
    details: { ...details, action, reason, ...provenanceOf(by) },
  };
}

/** How a line tells what is known of who acted. */
export const provenanceOf = ({ name, verified, channel }: Operator) => ({
  operator: name,
  actorVerified: verified,
  channel,
});

/** Records an operator's act. Within a transaction this comes last. */
export async function recordOperatorAct(db: pg.Pool | pg.ClientBase, act: OperatorAct): Promise<void> {
  await appendAuditLines(db, [operatorLine(act)]);
}
