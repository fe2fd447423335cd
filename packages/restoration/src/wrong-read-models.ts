import { isDeepStrictEqual } from 'node:util';
import { transactionKey, userTicketsKey, type UserTicketsReadModel } from '@box-office/contract';
import { findPurchases, readUserTickets, type PurchaseRow, type UserTickets as UserRow } from '@box-office/records';
import {
  transactionEntry,
  transactionExpiresAtMs,
  transactionModel,
  userEntry,
  userModel,
  userTicketsExpireAtMs,
} from './read-models.js';
import type { RestorationDeps } from './restore-inventory.js';

/** A read model that does not tell what the record says. */
export interface WrongReadModel {
  readonly key: string;
  /** Whose it is: one of the two. */
  readonly of: { readonly purchaseId: string } | { readonly userId: string };
  /** The purchases about which it errs: while one of them is under way, it may be right again in a moment. */
  readonly about: readonly string[];
  readonly expected: unknown;
  /** The JSON that stands there, the text where it is none, null where there is none. */
  readonly found: unknown;
}

/** Compares the read models of these purchases and of their buyers with the record. At most 500 purchases. */
export async function findWrongReadModels(
  { pool, inventory }: RestorationDeps,
  purchaseIds: readonly string[],
): Promise<{ readonly looked: number; readonly wrong: readonly WrongReadModel[] }> {
  const purchases = await findPurchases(pool, purchaseIds);
  const users = await readUserTickets(pool, [...new Set(purchases.map((purchase) => purchase.userId))]);
  const texts = await inventory.storedModels([
    ...purchases.map(({ transactionId }) => transactionKey(transactionId)),
    ...users.map(({ userId }) => userTicketsKey(userId)),
  ]);
  const stored = texts.map(parsed);
  const wrong = [
    ...purchases.flatMap((purchase, place) => wrongTransaction(purchase, stored[place])),
    ...users.flatMap((user, place) => wrongUser(user, stored[purchases.length + place])),
  ];
  return { looked: stored.length, wrong };
}

/** Writes these read models anew from the record, whatever stands there now. At most 500. */
export async function rewriteReadModels(
  { pool, inventory }: RestorationDeps,
  wrong: readonly Pick<WrongReadModel, 'key' | 'of'>[],
): Promise<void> {
  await inventory.forgetModels(wrong.map(({ key }) => key));
  // Read after that: whoever wrote in between wrote nothing newer than what stands in PostgreSQL by now.
  const purchaseIds = wrong.flatMap(({ of }) => ('purchaseId' in of ? [of.purchaseId] : []));
  const userIds = wrong.flatMap(({ of }) => ('userId' in of ? [of.userId] : []));
  const purchases = await findPurchases(pool, purchaseIds);
  const users = await readUserTickets(pool, userIds);
  await inventory.writeIfNewer([...purchases.map(transactionEntry), ...users.map(userEntry)]);
}

/** Redis may have forgotten it already, or is about to: nothing that stands there, or does not, is wrong. */
const isForgotten = (expiresAtMs: number): boolean => expiresAtMs < Date.now() + FORGOTTEN_SLACK_MS;
const FORGOTTEN_SLACK_MS = 60_000;

function wrongTransaction(purchase: PurchaseRow, found: unknown): WrongReadModel[] {
  const { purchaseId, status, version } = purchase;
  if (isForgotten(transactionExpiresAtMs(purchase))) return [];
  // One that was refused before it began, with the first version of its row, was never written.
  if (found === null && status === 'refused' && version === 1) return [];
  const expected = transactionModel(purchase);
  if (isObject(found) && agrees(expected, found)) return [];
  const key = transactionKey(expected.transactionId);
  return [{ key, of: { purchaseId }, about: [purchaseId], expected, found }];
}

function wrongUser(user: UserRow, found: unknown): WrongReadModel[] {
  if (isForgotten(userTicketsExpireAtMs(user))) return [];
  const expected = userModel(user);
  const { userId, tickets } = expected;
  if (found === null && tickets.length === 0) return [];
  if (isObject(found) && agrees(expected, found)) return [];
  const shown = isObject(found) ? ticketsIn(found) : [];
  const differing = [...tickets, ...shown].filter((ticket) => !(includes(tickets, ticket) && includes(shown, ticket)));
  const about = [...new Set((differing.length > 0 ? differing : tickets).map(({ purchaseId }) => purchaseId))];
  return [{ key: userTicketsKey(userId), of: { userId }, about, expected, found }];
}

/**
 * Whether a stored model tells the same. Its version may be an older one, because not every change of a purchase concerns
 * what readers see; and when it was changed is told by its writer in its own words.
 */
function agrees(expected: { readonly version: number }, found: Record<string, unknown>): boolean {
  const { version } = found;
  if (typeof version !== 'number' || version > expected.version) return false;
  const same = { version: 0, updatedAt: '' };
  return isDeepStrictEqual({ ...found, ...same }, { ...expected, ...same });
}

type UserTickets = UserTicketsReadModel['tickets'];

function ticketsIn(found: Record<string, unknown>): UserTickets {
  const { tickets } = found;
  return Array.isArray(tickets) ? (tickets.filter(isObject) as unknown as UserTickets) : [];
}

const includes = (tickets: UserTickets, wanted: unknown): boolean =>
  tickets.some((ticket) => isDeepStrictEqual(ticket, wanted));

function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
