import type { Hold, PurchaseRecord } from '@box-office/contract';
import { PROBLEMS, problemUri } from '../../problems.js';
import { problemOf, refusalProblem } from '../purchase-tickets/answer.js';
import type { Problem } from '../../problems.js';
import type { HoldView } from './schema.js';

/** Where the state of a hold can be asked for. */
export const holdUrl = (holdId: string): string => `/api/tickets/holds/${holdId}`;

/** A hold as PostgreSQL has it. */
export function viewOfHold(hold: Hold): HoldView {
  const { holdId, status, userId, eventId, items, expiresAt, purchaseId, refusal } = hold;
  return {
    holdId,
    status,
    userId,
    eventId,
    ...(refusal !== null ? { problem: bodyOf(refusalProblem(refusal)) } : { items: mutable(items) }),
    ...(expiresAt !== null && { expiresAt }),
    ...(purchaseId !== null && { purchaseId }),
  };
}

/** A hold of which only the gateways' record of its key is known: it is being taken, or was refused without a workflow. */
export function viewOfRecord(holdId: string, record: PurchaseRecord): HoldView {
  const common = { holdId, userId: record.userId, eventId: record.eventId };
  if (record.state !== 'done' || record.outcome.kind === 'confirmed') return { ...common, status: 'open' };
  return { ...common, status: 'refused', problem: bodyOf(problemOf(record.outcome)) };
}

/** The body of the answer to whoever took it: the same for every repeat, whatever became of it since. */
export function takenView({ holdId, eventId, items, expiresAt }: Hold) {
  return { holdId, eventId, items, expiresAt };
}

function bodyOf({ type, members }: Problem): NonNullable<HoldView['problem']> {
  const [status, title, detail] = PROBLEMS[type];
  return { type: problemUri(type), title, status, detail, ...members };
}

const mutable = (items: Hold['items']) =>
  items.map(({ ticketType, serials }) => ({ ticketType, serials: [...serials] }));
