import { isDeepStrictEqual } from 'node:util';
import { transactionKey, userTicketsKey, type UserTicketsReadModel } from '@box-office/contract';
import { findPurchases, readUserTickets, type PurchaseRow, type UserTickets as UserRow } from '@box-office/database';
import {
  transactionEntry,
  transactionExpiresAtMs,
  transactionModel,
  userEntry,
  userModel,
  userTicketsExpireAtMs,
} from './read-models.js';
import type { InventorySyncDeps } from './rebuild-from-database.js';

const EXPIRY_SLACK_MS = 60_000;

/** A read model that differs from PostgreSQL. */
export interface WrongReadModel {
  readonly key: string;
  /** What it belongs to. */
  readonly of: { readonly purchaseId: string } | { readonly userId: string };
  /** The purchases in which it differs. While one of them is in progress, its workflow may still correct it. */
  readonly about: readonly string[];
  readonly expected: unknown;
  /** The stored JSON; the text if it is not JSON; null if there is none. */
  readonly found: unknown;
}

/** Compares the read models of these purchases and of their buyers with PostgreSQL. At most 500 purchases. */
export async function findWrongReadModels(
  { pool, inventory }: InventorySyncDeps,
  purchaseIds: readonly string[],
): Promise<{ readonly checked: number; readonly wrong: readonly WrongReadModel[] }> {
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
  return { checked: stored.length, wrong };
}

/** Replaces these read models by what PostgreSQL has, whatever their stored version. At most 500. */
export async function rewriteReadModels(
  { pool, inventory }: InventorySyncDeps,
  wrong: readonly Pick<WrongReadModel, 'key' | 'of'>[],
): Promise<void> {
  await inventory.forgetModels(wrong.map(({ key }) => key));
  // Read after the removal: a writer in between wrote nothing newer than what PostgreSQL has by now.
  const purchaseIds = wrong.flatMap(({ of }) => ('purchaseId' in of ? [of.purchaseId] : []));
  const userIds = wrong.flatMap(({ of }) => ('userId' in of ? [of.userId] : []));
  const purchases = await findPurchases(pool, purchaseIds);
  const users = await readUserTickets(pool, userIds);
  await inventory.writeIfNewer([...purchases.map(transactionEntry), ...users.map(userEntry)]);
}

/** It has expired or expires soon, so neither a stored value nor a missing one is wrong. */
const isExpired = (expiresAtMs: number): boolean => expiresAtMs < Date.now() + EXPIRY_SLACK_MS;

function wrongTransaction(purchase: PurchaseRow, found: unknown): WrongReadModel[] {
  const { purchaseId, status, version } = purchase;
  if (isExpired(transactionExpiresAtMs(purchase))) return [];
  // A purchase that was refused before it began has the first version of its row, and its read model was never written.
  if (found === null && status === 'refused' && version === 1) return [];
  const expected = transactionModel(purchase);
  if (isObject(found) && agrees(expected, found)) return [];
  const key = transactionKey(expected.transactionId);
  return [{ key, of: { purchaseId }, about: [purchaseId], expected, found }];
}

function wrongUser(user: UserRow, found: unknown): WrongReadModel[] {
  if (isExpired(userTicketsExpireAtMs(user))) return [];
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
 * Whether a stored model has the expected content. Its version may be older, because not every change of a purchase
 * changes its read model; its `updatedAt` is set by whichever process wrote it.
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
