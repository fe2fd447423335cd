import type { FindingDecision } from '@box-office/database';

/** Result of a repair; `gone` if there was nothing left to repair. */
export type RepairResult = Pick<FindingDecision, 'status' | 'action'>;

export const repaired = (action: string): RepairResult => ({ status: 'repaired', action });
export const handedOver = (action: string): RepairResult => ({ status: 'handed_over', action });
export const gone: RepairResult = { status: 'gone', action: 'none: the repair found nothing left to correct' };
