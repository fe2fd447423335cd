import { eventKey } from '@box-office/contract';
import type { Finding, Stores } from './reading/stores.js';

/** A key in Redis that a fault has overwritten. */
export interface CorruptedKey {
  readonly key: string;
  /** The fields of a hash that were overwritten; all of them if the key was replaced. Empty for other types. */
  readonly fields: readonly string[];
  /** Epoch ms. */
  readonly atMs: number;
}

interface FollowingFinding {
  readonly kind: string;
  /** The part of the event's inventory, as its key names it. */
  readonly part: string;
  /** What the finding is about: a count of the event, or the owner whose entry was overwritten. */
  readonly about: RegExp | 'owner';
}

/**
 * The findings that follow from a part of an inventory that is unreadable, because an unreadable entry counts as absent.
 * Unreadable fields of the hash `inventory` make the whole inventory unusable; see `LOST_INVENTORY`.
 */
const FOLLOWING: readonly FollowingFinding[] = [
  { kind: 'capacity_wrong', part: 'free', about: /^counts of / },
  { kind: 'capacity_wrong', part: 'holds', about: /^(counts of |tickets per buyer$)/ },
  { kind: 'capacity_wrong', part: 'sales', about: /^(counts of |tickets per buyer$)/ },
  { kind: 'capacity_wrong', part: 'buyers', about: /^tickets per buyer$/ },
  { kind: 'lost_hold', part: 'holds', about: 'owner' },
  { kind: 'lost_hold', part: 'sales', about: 'owner' },
  // Without its tombstone a late reservation is accepted.
  { kind: 'orphaned_hold', part: 'tombstones', about: 'owner' },
];

/** Longest time from a check that shows a difference until its finding is recorded. */
const RECORDING_MS = 60_000;

/**
 * True if a finding follows from a key that a fault has overwritten: it is about this key's event, about what the key
 * contained, and is not older. A rebuild replaces the whole inventory, so later findings do not follow from it.
 */
export function followsFromCorruption(
  finding: Finding,
  { events }: Pick<Stores, 'events'>,
  corrupted: readonly CorruptedKey[],
): boolean {
  const { kind, subject, eventId, firstSeenMs } = finding;
  if (eventId === null) return false;
  const builtAtMs = events.find((event) => event.eventId === eventId)?.inventoryChangedAtMs ?? Infinity;
  return FOLLOWING.filter((following) => following.kind === kind).some(({ part, about }) =>
    corrupted.some(
      ({ key, fields, atMs }) =>
        key === `{${eventKey(eventId)}}:${part}` &&
        atMs <= firstSeenMs &&
        (atMs > builtAtMs || firstSeenMs <= builtAtMs + RECORDING_MS) &&
        (about === 'owner' ? fields.includes(subject) : about.test(subject)),
    ),
  );
}
