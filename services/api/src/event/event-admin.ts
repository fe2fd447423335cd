import type { EventDetails } from '@box-office/contract';
import type {
  EventActor,
  EventChange,
  EventCreation,
  EventEdit,
  NewEvent,
  RequestOfCreation,
} from '@box-office/database';
import type { Inventory } from '@box-office/inventory';
import { alterEvent, openEvent, openEventOnce } from './write-event.js';
import type pg from 'pg';

/** What operators do to events. PostgreSQL and Redis agree when these resolve. */
export interface EventAdmin {
  /** Resolves when tickets of the new event can be sold. */
  open(event: NewEvent, actor: EventActor): Promise<EventDetails>;
  /** The same for a request that may be repeated: it opens one event. */
  openOnce(event: NewEvent, request: RequestOfCreation, actor: EventActor): Promise<EventCreation>;
  alter(
    edit: EventEdit & { readonly actor: EventActor },
  ): Promise<Exclude<EventChange, { readonly kind: 'inventory_unavailable' }>>;
}

export const createEventAdmin = (stores: { readonly pool: pg.Pool; readonly inventory: Inventory }): EventAdmin => ({
  open: (event, actor) => openEvent(stores, event, actor),
  openOnce: (event, request, actor) => openEventOnce(stores, event, request, actor),
  alter: (edit) => alterEvent(stores, edit),
});
