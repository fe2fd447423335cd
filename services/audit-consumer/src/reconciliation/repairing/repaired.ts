import type { FindingDecision } from '@box-office/records';

/** What a repair came to; `gone` if there was nothing left to repair. */
export type Repaired = Pick<FindingDecision, 'status' | 'action'>;

export const done = (action: string): Repaired => ({ status: 'repaired', action });
export const gone: Repaired = { status: 'gone', action: 'nothing: it was right again when it was to be repaired' };
