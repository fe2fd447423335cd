/**
 * What is wrong with a line:
 * - `altered`: its content is not what its hash was made from, or the line after it was made from another version of it
 * - `removed`: it is not there, but the line after it, or the end of the chain, says that it was
 * - `inserted`: it has no place in the chain
 */
export interface AuditFinding {
  readonly kind: 'altered' | 'removed' | 'inserted';
  readonly id: string;
  /** Null where nothing tells it any more. */
  readonly messageId: string | null;
  readonly reason: string;
}
