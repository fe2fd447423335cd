import type { EventDetails } from '@box-office/contract';
import type { Database } from '../database.js';
import type { GatewayContext } from '../http/context.js';
import { pathParameter } from '../http/endpoint.js';
import { eventId } from '../http/schemas.js';

/** The event in the path, as PostgreSQL has it; null if there is none. */
export async function findEventInPath(
  c: GatewayContext,
  deps: Pick<Database, 'findEvent'>,
): Promise<EventDetails | null> {
  const id = pathParameter(c, 'id');
  return eventId.safeParse(id).success ? deps.findEvent(id) : null;
}
