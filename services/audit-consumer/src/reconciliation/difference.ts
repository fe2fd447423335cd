import type { FindingKind } from '@box-office/contract';

/** What puts a difference right. Each may be done at any time, again, and by several at once. */
export type Repair =
  /** Gives up what Redis holds for somebody of whom the record does not know it. */
  | { readonly do: 'release'; readonly owner: string; readonly epoch: number }
  /** Makes a sale in Redis of what the record has as sold. */
  | { readonly do: 'confirm'; readonly purchaseId: string }
  /** Builds the inventory anew; `seen` is the generation that was found wrong. */
  | { readonly do: 'rebuild'; readonly seen: number; readonly cause: string }
  /** Writes the event's facts and counts into Redis again. */
  | { readonly do: 'write_facts' }
  /** Publishes the messages of a purchase that have left no line. */
  | { readonly do: 'republish'; readonly purchaseId: string; readonly messageId: string }
  /** Starts the purchase's workflow again, which settles and publishes what it sold. */
  | { readonly do: 'recover'; readonly purchaseId: string }
  /** A ledger line that makes the lines of a purchase add up, or those of the totals. */
  | { readonly do: 'correct_ledger'; readonly purchaseId: string | null }
  /** Sets `events.capacity` to what its lines add up to. */
  | { readonly do: 'recompute_capacity' }
  | {
      readonly do: 'rewrite';
      readonly key: string;
      readonly of: { readonly purchaseId: string } | { readonly userId: string };
    }
  /** Writes all read models of the event's purchases anew that are wrong. */
  | { readonly do: 'rewrite_all' }
  /** Gives money back that pays for no ticket. */
  | {
      readonly do: 'give_back_money';
      readonly purchaseId: string;
      readonly authorisationId: string;
      /** The key with which it was authorised. */
      readonly authorisationKey: string;
      /** Minor units; 0 if it is set aside and not captured. */
      readonly keptMinor: number;
      /** Nothing of it was paid back yet. */
      readonly isWhole: boolean;
    }
  /** Nothing that a machine should decide. */
  | { readonly do: 'hand_over' };

/** Something in which two stores differ, at one look. Plain JSON. */
export interface Difference {
  readonly kind: FindingKind;
  /** Names it among those of its kind and event, the same at every look. */
  readonly subject: string;
  readonly eventId: string | null;
  readonly ticketType: string | null;
  readonly purchaseId: string | null;
  readonly expected: unknown;
  readonly found: unknown;
  readonly cause: string;
  /** What is to be done about it, in words. */
  readonly action: string;
  /** Purchases and holds: while one of them is under way, this may be its work in progress. */
  readonly about: readonly string[];
  readonly repair: Repair;
  /** Puts all of its kind right at once, where they are many. */
  readonly repairOfAll?: Repair;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether an id can be of a purchase or a hold. In other stores something else may stand, of whomever it is. */
export const isOurId = (id: string): boolean => UUID.test(id);

/** Enough to know a difference again, and whose work in progress it may be. */
export type Suspicion = Pick<Difference, 'kind' | 'subject' | 'about'>;

export const suspicionKey = ({ kind, subject }: Pick<Suspicion, 'kind' | 'subject'>): string => `${kind} ${subject}`;

/** Most suspicions of one kind that are carried from a look at an event to the next one. */
const MOST_SUSPECTED = 100;
/** Most differences of one kind that are recorded one by one, per event and look. */
const MOST_OF_A_KIND = 50;
/** Of those that are recorded together, so many are named. */
const EXAMPLES = 10;

/**
 * What the second look has to show again, in a number that a workflow can carry. Of each kind the first by subject: of what
 * stands, every look chooses the same.
 */
export function suspicionsOf(differences: readonly Difference[]): Suspicion[] {
  return byKind(differences).flatMap((ofKind) =>
    ofKind
      .toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
      .slice(0, MOST_SUSPECTED)
      .map(({ kind, subject, about }) => ({ kind, subject, about })),
  );
}

/**
 * Keeps the differences of each kind to a number that people can read and a workflow can carry. What is above it is left to
 * the next sweep, or becomes one difference, if there is a repair for all of them at once.
 *
 * @param differences seen by both looks. Many that only one look has seen are as many that are on their way.
 */
export function bounded(differences: readonly Difference[]): Difference[] {
  return byKind(differences).flatMap((ofKind) => {
    if (ofKind.length <= MOST_OF_A_KIND) return ofKind;
    const first = ofKind.find(({ repairOfAll }) => repairOfAll !== undefined);
    if (!first?.repairOfAll) return ofKind.slice(0, MOST_OF_A_KIND);
    return [together(first, ofKind, first.repairOfAll)];
  });
}

function byKind(differences: readonly Difference[]): Difference[][] {
  const kinds = new Map<FindingKind, Difference[]>();
  for (const difference of differences) {
    const known = kinds.get(difference.kind);
    if (known) known.push(difference);
    else kinds.set(difference.kind, [difference]);
  }
  return [...kinds.values()];
}

function together(first: Difference, ofKind: readonly Difference[], repair: Repair): Difference {
  const subjects = ofKind.slice(0, EXAMPLES).map(({ subject }) => subject);
  return {
    ...first,
    subject: MANY,
    ticketType: null,
    purchaseId: null,
    expected: { differences: 0 },
    found: { differences: ofKind.length, among: subjects },
    // They are looked at again one by one when it is repaired.
    about: [],
    repair,
  };
}

/** The subject of many that were recorded together. */
const MANY = 'many';

/** Keys of what a look has seen, as findings name it: one by one, and together where they are many. */
export const keysOf = (seen: readonly Difference[]): ReadonlySet<string> =>
  new Set([...seen, ...bounded(seen)].map(suspicionKey));
