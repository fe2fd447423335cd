import type { ApiClient, Schema } from '@box-office/api-client';
import { replyTo } from '@box-office/web';

type Hold = Schema<'Hold'>;

const FIELDS = ['items', 'amountMinor', 'taxMinor', 'currency', 'expiresAt'] as const;

/** A hold that keeps tickets for its buyer, at the prices that it has. */
export type ActiveHold = Hold & Required<Pick<Hold, (typeof FIELDS)[number]>>;

/** Whether a hold keeps its tickets now; its status may say so for a moment after its end. */
export const isActive = (hold: Hold): hold is ActiveHold =>
  hold.status === 'active' &&
  FIELDS.every((field) => hold[field] !== undefined) &&
  Date.parse(hold.expiresAt ?? '') > Date.now();

export const ticketCount = ({ items }: ActiveHold): number =>
  items.reduce((sum, { serials }) => sum + serials.length, 0);

export const readHold = (api: ApiClient, id: string) =>
  replyTo(api.GET('/api/tickets/holds/{id}', { params: { path: { id } } }));

/** The buyer's holds that keep tickets; none if they cannot be read. */
export async function activeHolds(
  api: ApiClient,
  query: { readonly eventId?: string; readonly limit: number },
): Promise<readonly ActiveHold[]> {
  const reply = await replyTo(api.GET('/api/tickets/holds', { params: { query: { ...query, status: 'active' } } }));
  return reply.ok ? reply.data.holds.filter(isActive) : [];
}
