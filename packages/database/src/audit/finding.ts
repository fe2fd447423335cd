/**
 * What is wrong with a line:
 * - `altered`: its content does not match its hash, or the next line was made from another version of it
 * - `removed`: it is missing, but the next line, or the end of the chain, shows that it existed
 * - `inserted`: it has no place in the chain
 */
export interface AuditFinding {
  readonly kind: 'altered' | 'removed' | 'inserted';
  readonly id: string;
  /** Null if it is not known any more. */
  readonly messageId: string | null;
  readonly reason: string;
}
