import type { EventDetails, EventReadModel } from '@box-office/contract';
import type { Redis } from 'ioredis';
import { availability, readAvailability } from './availability.js';
import { describeDetails } from './event-details.js';
import { inventoryKeys, keyList } from './keys.js';
import { loadScript, type Script } from './load-script.js';
import type {
  ConfirmOutcome,
  GiveBackOutcome,
  InventoryAtOnce,
  InventoryContents,
  InventoryReply,
  InventorySnapshot,
  AvailabilityOutcome,
  RebuildOutcome,
  ReleaseOutcome,
  ReleaseRequest,
  ReserveOutcome,
  ReserveRequest,
  ReturnedTickets,
  SoldPurchase,
  TakeOverOutcome,
  TakeOverRequest,
  UpdateDetailsOutcome,
} from './outcomes.js';
import { rebuild } from './rebuild.js';
import { runScript } from './script.js';
import { snapshotAtOnce } from './snapshot-at-once.js';
import { snapshot } from './snapshot.js';
import { forgetModels, storedModels } from './stored-models.js';
import type { OnUnreadable } from './stored-values.js';
import { checkEpoch, checkGeneration, checkItems, checkLength, checkSerials, fromWire, toWire } from './wire.js';
import { writeIfNewer, type VersionedEntry } from './write-if-newer.js';

const reserveScript = loadScript('reserve');
const takeOverScript = loadScript('take-over');
const confirmScript = loadScript('confirm');
const releaseScript = loadScript('release');
const giveBackScript = loadScript('give-back');
const updateDetailsScript = loadScript('update-details');

/**
 * The capacity of events in Redis. A list of purchases is one atomic call with one outcome each, in order; at most
 * `MAX_PURCHASES_PER_CALL`. Every call carries the generation that PostgreSQL names for the event and is refused, with
 * nothing touched, on an inventory that is not of that generation or that Redis may have lost or restored.
 *
 * All calls are idempotent by purchase id, so one whose answer was lost is simply repeated. They throw what Redis or the
 * connection throws, and RangeError for arguments that no caller should send.
 */
export interface Inventory {
  /** Takes serials, returned ones first, each purchase wholly or not at all. */
  reserve(
    eventId: string,
    generation: number,
    requests: readonly ReserveRequest[],
  ): Promise<InventoryReply<ReserveOutcome[]>>;
  /** The serials of holds become those of the purchases that use them. Call it once PostgreSQL gave them the hold. */
  takeOver(
    eventId: string,
    generation: number,
    requests: readonly TakeOverRequest[],
  ): Promise<InventoryReply<TakeOverOutcome[]>>;
  /** Reservations become sales. Call it only for tickets that are valid in PostgreSQL: the given serials win. */
  confirm(
    eventId: string,
    generation: number,
    purchases: readonly SoldPurchase[],
  ): Promise<InventoryReply<ConfirmOutcome[]>>;
  /**
   * Reservations are given up, or returned to the hold from which they came; a reserve of the same purchase at that epoch or an
   * older one is refused from now on (24 h).
   */
  release(
    eventId: string,
    generation: number,
    purchases: readonly ReleaseRequest[],
  ): Promise<InventoryReply<ReleaseOutcome[]>>;
  /** Cancelled tickets become free again, as far as they are still the purchase's. */
  giveBack(
    eventId: string,
    generation: number,
    purchases: readonly ReturnedTickets[],
  ): Promise<InventoryReply<GiveBackOutcome[]>>;
  /**
   * Names, prices, status, sale window, limit, totals. Removing a ticket type is lowering its total to 0.
   *
   * @param revision that of the change to which the details belong, if it is not their own
   */
  updateDetails(
    eventId: string,
    generation: number,
    details: EventDetails,
    revision?: number,
  ): Promise<UpdateDetailsOutcome>;
  /**
   * Replaces an event's inventory by what PostgreSQL has, if `generation` is above the stored one, or equal to it when
   * the stored one may not be used. A rebuild that failed is not repeated with the same contents: begin the next
   * generation and read again.
   */
  rebuild(
    eventId: string,
    generation: number,
    details: EventDetails,
    contents: InventoryContents,
  ): Promise<RebuildOutcome>;
  /** The read models as last written, null where there is none that is readable; for lists. They may be stale after a restart of Redis. */
  availability(eventIds: readonly string[]): Promise<(EventReadModel | null)[]>;
  /** One event counted now, only if the inventory may be relied on: what "sold out" may be answered from. */
  readAvailability(eventId: string): Promise<AvailabilityOutcome>;
  /** Everything that Redis holds of an event, or null; read in pages, so purchases under way may appear half-way. */
  snapshot(eventId: string): Promise<InventorySnapshot | null>;
  /** The same, and what buyers are shown, all of one moment; null also if it is unusable, or too large for that. */
  snapshotAtOnce(eventId: string): Promise<InventoryAtOnce | null>;
  /** Version-compared writes of user and transaction read models; true where it was written. */
  writeIfNewer(entries: readonly VersionedEntry[]): Promise<boolean[]>;
  /** Texts of user and transaction read models, in the order of the keys. */
  storedModels(keys: readonly string[]): Promise<(string | null)[]>;
  /** Removes user and transaction read models that are wrong; rewrite them with what is read after this. */
  forgetModels(keys: readonly string[]): Promise<void>;
}

/**
 * Binds the inventory's functions to one connection.
 *
 * @param onUnreadable told of stored values that are not what their schema says; they count as absent
 */
export function createInventory(redis: Redis, onUnreadable: OnUnreadable = () => undefined): Inventory {
  /** One script call about a list of purchases. */
  const listCall =
    <Request, Outcome>(script: Script, check: (request: Request) => void) =>
    async (eventId: string, generation: number, list: readonly Request[]): Promise<InventoryReply<Outcome[]>> => {
      if (list.length === 0) return { kind: 'done', outcomes: [] };
      checkGeneration(generation);
      checkLength(list);
      list.forEach(check);
      return fromWire(await runScript(redis, script, keyList(inventoryKeys(eventId)), [generation, toWire(list)]));
    };

  return {
    reserve: listCall<ReserveRequest, ReserveOutcome>(reserveScript, ({ epoch, items }) => {
      checkEpoch(epoch);
      checkItems(items);
    }),
    takeOver: listCall<TakeOverRequest, TakeOverOutcome>(takeOverScript, ({ epoch }) => checkEpoch(epoch)),
    confirm: listCall<SoldPurchase, ConfirmOutcome>(confirmScript, ({ items }) => checkSerials(items)),
    release: listCall<ReleaseRequest, ReleaseOutcome>(releaseScript, ({ epoch, to }) => {
      checkEpoch(epoch);
      if (to) checkSerials(to.items);
    }),
    giveBack: listCall<ReturnedTickets, GiveBackOutcome>(giveBackScript, ({ items }) => checkSerials(items)),
    updateDetails: async (eventId, generation, details, revision) => {
      checkGeneration(generation);
      const args = [generation, toWire(describeDetails(details, revision))];
      return fromWire(await runScript(redis, updateDetailsScript, keyList(inventoryKeys(eventId)), args));
    },
    rebuild: (eventId, generation, details, contents) => rebuild(redis, eventId, generation, details, contents),
    availability: (eventIds) => availability(redis, eventIds, onUnreadable),
    readAvailability: (eventId) => readAvailability(redis, eventId, onUnreadable),
    snapshot: (eventId) => snapshot(redis, eventId, onUnreadable),
    snapshotAtOnce: (eventId) => snapshotAtOnce(redis, eventId, onUnreadable),
    writeIfNewer: (entries) => writeIfNewer(redis, entries),
    storedModels: (keys) => storedModels(redis, keys),
    forgetModels: (keys) => forgetModels(redis, keys),
  };
}
