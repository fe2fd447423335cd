import type { Database } from '../database.js';
import type { Endpoint } from '../http/endpoint.js';
import { listEndpoint } from '../http/list-endpoint.js';
import { purchaseView, viewOfRow } from './show-purchase.js';

export const listPurchases = (deps: Pick<Database, 'listPurchases'>): Endpoint =>
  listEndpoint({
    path: '/api/purchases',
    documentation: {
      tags: ['Purchases'],
      summary: 'List purchases',
      description:
        'Newest first, from PostgreSQL. A purchase that was refused without a workflow (sold out, for example) is not listed.',
    },
    name: 'purchases',
    schemaName: 'PurchaseList',
    view: purchaseView,
    statuses: ['open', 'confirmed', 'declined', 'refused', 'undone', 'cancelled'],
    async list(filter) {
      const { purchases, next } = await deps.listPurchases(filter);
      return { items: purchases.map(viewOfRow), next };
    },
  });
