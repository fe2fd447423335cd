import type { EventFacts, EventReadModel, UserTicketsReadModel } from '@box-office/contract';
import type { LookOutcome } from '@box-office/inventory';
import type {
  EventActor,
  EventChange,
  EventCreation,
  EventEdit,
  NewEvent,
  PurchaseRow,
  RequestOfCreation,
  askToUndo,
  findCancellations,
  findEvent,
  findHold,
  findOperatorAction,
  findSweep,
  findTransaction,
  findWorkflows,
  listHolds,
  listPurchases,
  listEvents,
  listFindings,
  listStalledWork,
  listUserTickets,
  listWaitingCancellations,
  noteOperatorRequest,
  readEventCancellation,
  readPurchaseForOperators,
  readStatistics,
  recordOperatorAction,
  recordOperatorAct,
} from '@box-office/records';

// What the gateway needs from the world, in its own words; main.ts fills these with the real packages. Each function
// has its own deadline and rejects when its server is away.

/** An operation of the record with its pool already given. */
type WithoutPool<F> = F extends (pool: never, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

/** Finds the purchases that exist among these ids, in any order, in one round trip. */
export type FindPurchases = (purchaseIds: readonly string[]) => Promise<readonly PurchaseRow[]>;

/** PostgreSQL's word on purchases. */
export interface PurchaseReads {
  readonly findPurchases: FindPurchases;
  readonly findTransaction: WithoutPool<typeof findTransaction>;
  readonly listPurchases: WithoutPool<typeof listPurchases>;
  readonly listUserTickets: WithoutPool<typeof listUserTickets>;
}

/** PostgreSQL's word on timed holds. */
export interface HoldReads {
  readonly findHold: WithoutPool<typeof findHold>;
  readonly listHolds: WithoutPool<typeof listHolds>;
}

/** PostgreSQL's word on what is cancelled, and how far it is. */
export interface CancellationReads {
  readonly findCancellations: WithoutPool<typeof findCancellations>;
  readonly readEventCancellation: WithoutPool<typeof readEventCancellation>;
}

/** What is for sale, as PostgreSQL records it. */
export interface EventReads {
  readonly findEvent: WithoutPool<typeof findEvent>;
  readonly listEvents: WithoutPool<typeof listEvents>;
  readonly readStatistics: WithoutPool<typeof readStatistics>;
}

/** What comparisons of the stores have found, and what operators need to know of a purchase. */
export interface OperationReads {
  readonly findSweep: WithoutPool<typeof findSweep>;
  readonly listFindings: WithoutPool<typeof listFindings>;
  readonly readPurchaseForOperators: WithoutPool<typeof readPurchaseForOperators>;
  readonly listWaitingCancellations: WithoutPool<typeof listWaitingCancellations>;
}

/** Where a purchase may be stuck, and what was decided about it. */
export interface ResolutionReads {
  readonly findWorkflows: WithoutPool<typeof findWorkflows>;
  readonly findOperatorAction: WithoutPool<typeof findOperatorAction>;
}

/** What stands still although its workflow is open, and what is written when an operator decides about it. */
export interface StalledReads {
  readonly listStalledWork: WithoutPool<typeof listStalledWork>;
  readonly askToUndo: WithoutPool<typeof askToUndo>;
  readonly recordOperatorAction: WithoutPool<typeof recordOperatorAction>;
}

/** What operators do, as the audit log keeps it. */
export interface OperatorRecords {
  /** Notes a verified operator's request before a workflow is told of it, which then knows that the name is verified. */
  readonly noteOperatorRequest: WithoutPool<typeof noteOperatorRequest>;
  readonly recordOperatorAct: WithoutPool<typeof recordOperatorAct>;
}

/** What Redis has at this moment; null where it knows nothing of the event or user, or nothing that can be read. */
export interface ReadModels {
  events(eventIds: readonly string[]): Promise<readonly (EventReadModel | null)[]>;
  userTickets(userId: string): Promise<UserTicketsReadModel | null>;
}

/** What the gateway asks and does about an inventory whose read model says no, or is not there. */
export interface InventoryCare {
  /** The event counted after this call began, if its inventory can be relied on. */
  look(eventId: string): Promise<LookOutcome>;
  /** The event as this gateway counted it last, whenever that was: a guess at what the next look will say. */
  lastCounted(eventId: string): EventReadModel | undefined;
  /** Has it rebuilt from PostgreSQL, in the background. Safe to call at any time and as often as one likes. */
  restore(eventId: string): void;
}

/** What operators do to events. Both stores are in step when these resolve. */
export interface EventDesk {
  /** Resolves when the new event can be sold. */
  open(event: NewEvent, actor: EventActor): Promise<EventFacts>;
  /** The same by a request that may come again: it opens one event. */
  openOnce(event: NewEvent, request: RequestOfCreation, actor: EventActor): Promise<EventCreation>;
  alter(
    edit: EventEdit & { readonly actor: EventActor },
  ): Promise<Exclude<EventChange, { readonly kind: 'inventory_unavailable' }>>;
}
