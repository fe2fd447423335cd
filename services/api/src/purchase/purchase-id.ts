import type { GatewayContext } from '../http/context.js';
import { uuidParameter } from '../http/endpoint.js';

/** The `id` of the path, noted for the log; null if no purchase can have it. */
export function readPurchaseId(c: GatewayContext): string | null {
  const id = uuidParameter(c, 'id');
  if (id !== null) c.set('purchaseId', id);
  return id;
}
