import { HOLD_STATUSES } from '@box-office/contract';
import type { Database } from '../database.js';
import type { Endpoint } from '../http/endpoint.js';
import { listEndpoint } from '../http/list-endpoint.js';
import { holdView } from './schema.js';
import { viewOfHold } from './view.js';

export const listHolds = (deps: Pick<Database, 'listHolds'>): Endpoint =>
  listEndpoint({
    path: '/api/tickets/holds',
    documentation: { tags: ['Holds'], summary: 'List holds', description: 'Newest first, from PostgreSQL.' },
    name: 'holds',
    schemaName: 'HoldList',
    view: holdView,
    statuses: HOLD_STATUSES,
    async list(filter) {
      const { holds, next } = await deps.listHolds(filter);
      return { items: holds.map(viewOfHold), next };
    },
  });
