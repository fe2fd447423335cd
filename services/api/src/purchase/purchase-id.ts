import { z } from '@hono/zod-openapi';
import type { GatewayContext } from '../http/context.js';
import { pathParameter } from '../http/endpoint.js';

const ID = z.uuid();

/** Parameters of the paths that name a purchase. */
export const purchaseParams = z.object({ id: ID });

/** The `id` of the path in lower case, noted for the log; null if no purchase can have it. */
export function readPurchaseId(c: GatewayContext): string | null {
  const id = pathParameter(c, 'id').toLowerCase();
  if (!ID.safeParse(id).success) return null;
  c.set('purchaseId', id);
  return id;
}
