import { isUuid, type FindingKind } from '@box-office/contract';
import { storableText, type NewFinding } from '@box-office/database';

/** What resolves a discrepancy. Each repair may be made at any time, repeatedly, and by several runs at once. */
export type Repair =
  /** Releases serials that Redis holds for an owner to whom PostgreSQL has not given them. */
  | { readonly kind: 'release'; readonly owner: string; readonly epoch: number }
  /** Records a confirmed purchase of PostgreSQL as a sale in Redis. */
  | { readonly kind: 'confirm_sale'; readonly purchaseId: string }
  /** Rebuilds the inventory; `seen` is the generation in which the discrepancy was seen. */
  | { readonly kind: 'rebuild_inventory'; readonly seen: number; readonly cause: string }
  /** Writes the event's details and counts to Redis again. */
  | { readonly kind: 'publish_details' }
  /** Publishes a message of a purchase that left no line. */
  | { readonly kind: 'republish'; readonly purchaseId: string; readonly messageId: string }
  /** Starts a workflow that continues the purchase: it settles and publishes the sale. */
  | { readonly kind: 'recover'; readonly purchaseId: string }
  /** Adds a ledger line that corrects the sum of a purchase; for null, the sum of the event's totals. */
  | { readonly kind: 'correct_ledger'; readonly purchaseId: string | null }
  /** Sets `events.capacity` to the sum of the ledger. */
  | { readonly kind: 'recompute_capacity' }
  /** Rewrites one read model. */
  | {
      readonly kind: 'rewrite_read_model';
      readonly key: string;
      readonly of: { readonly purchaseId: string } | { readonly userId: string };
    }
  /** Rewrites all wrong read models of the event's purchases. */
  | { readonly kind: 'rewrite_all_read_models' }
  /** Voids or refunds an authorisation that pays for no ticket. */
  | {
      readonly kind: 'void_or_refund';
      readonly purchaseId: string;
      readonly authorisationId: string;
      /** Idempotency key of the authorisation. */
      readonly authorisationKey: string;
      /** Captured and not refunded, in minor units; 0 if it is only authorised. */
      readonly keptMinor: number;
      /** Nothing of it is refunded yet. */
      readonly isWhole: boolean;
    }
  /** Cancels what is valid of a purchase whose payment went back to the buyer, without another refund. */
  | {
      readonly kind: 'cancel_tickets';
      readonly purchaseId: string;
      readonly authorisationId: string;
      /** The dispute by which the money went back; null if it was a refund. */
      readonly dispute: string | null;
    }
  /** No automatic repair: an operator has to decide. */
  | { readonly kind: 'hand_over' };

/** A discrepancy between two stores that one check showed. Plain JSON. */
export interface Discrepancy extends NewFinding {
  /** Purchases and holds: while one of them is in progress, this discrepancy may come from that progress. */
  readonly relatedIds: readonly string[];
  readonly repair: Repair;
  /** Resolves all discrepancies of this kind with one repair, used if there are many. */
  readonly bulkRepair?: Repair;
}

/** What identifies a discrepancy at the second check, and whose progress may explain it. */
export type CandidateDiscrepancy = Pick<Discrepancy, 'kind' | 'subject' | 'relatedIds'>;

/** Equal for a discrepancy and its finding, whose subject may have been made storable. */
export const discrepancyKey = ({ kind, subject }: Pick<CandidateDiscrepancy, 'kind' | 'subject'>): string =>
  `${kind} ${storableText(subject)}`;

/** Whether a message is to be published again: the subject is its id. That of a line that was removed is none. */
export const isUnpublishedMessage = ({ kind, subject }: Pick<CandidateDiscrepancy, 'kind' | 'subject'>): boolean =>
  kind === 'missing_message' && isUuid(subject);

/** The kinds of discrepancies between payments and tickets. */
export const PAYMENT_KINDS = [
  'charge_without_ticket',
  'ticket_without_charge',
] as const satisfies readonly FindingKind[];

/**
 * The subject of a discrepancy about payments is the purchase id, with the authorisation id after a space where there is
 * one.
 */
export const purchaseIdOfSubject = (subject: string): string => subject.split(' ', 1)[0] ?? subject;

/** The authorisation that a subject names, if it is about this purchase. */
export const authorisationIdOfSubject = (subject: string, purchaseId: string): string[] => {
  const [purchase, authorisationId] = subject.split(' ', 2);
  return purchase === purchaseId && authorisationId !== undefined ? [authorisationId] : [];
};

/** The fields of a discrepancy about an event as a whole. */
export const aboutEvent = (eventId: string, kind: FindingKind, subject: string) => ({
  kind,
  subject,
  eventId,
  ticketType: null,
  purchaseId: null,
  relatedIds: [] as readonly string[],
});

/** Maximum of candidates of one kind that the first check of an event passes to the second. */
const MAX_CANDIDATES_PER_KIND = 100;
/** Maximum of discrepancies of one kind that are recorded one by one, per event and check. */
const MAX_FINDINGS_PER_KIND = 50;
/** Subjects that a combined discrepancy names. */
const MAX_EXAMPLES = 10;

/**
 * What the second check has to show again, bounded so that a workflow can carry it. Of each kind first what can be
 * repaired, because what an operator has to resolve may stay for long; of those the first by subject, so that each check
 * selects the same candidates.
 */
export function candidatesOf(discrepancies: readonly Discrepancy[]): CandidateDiscrepancy[] {
  return byKind(discrepancies).flatMap((ofKind) =>
    ofKind
      .toSorted((a, b) => needsOperator(a) - needsOperator(b) || (a.subject < b.subject ? -1 : 1))
      .slice(0, MAX_CANDIDATES_PER_KIND)
      .map(({ kind, subject, relatedIds }) => ({ kind, subject, relatedIds })),
  );
}

/**
 * Bounds the discrepancies of each kind to a number that people can read and a workflow can carry. If there are more,
 * they are combined into one where one repair resolves all; otherwise what can be repaired comes first, and the next run
 * handles the rest.
 *
 * @param discrepancies shown by both checks. Those that only one check showed are in progress.
 */
export function bounded(discrepancies: readonly Discrepancy[]): Discrepancy[] {
  return byKind(discrepancies).flatMap((ofKind) => {
    if (ofKind.length <= MAX_FINDINGS_PER_KIND) return ofKind;
    const first = ofKind.find(({ bulkRepair }) => bulkRepair !== undefined);
    if (!first?.bulkRepair) {
      return ofKind.toSorted((a, b) => needsOperator(a) - needsOperator(b)).slice(0, MAX_FINDINGS_PER_KIND);
    }
    return [combined(first, ofKind, first.bulkRepair)];
  });
}

const needsOperator = ({ repair }: Discrepancy): number => Number(repair.kind === 'hand_over');

function byKind(discrepancies: readonly Discrepancy[]): Discrepancy[][] {
  const kinds = new Map<FindingKind, Discrepancy[]>();
  for (const discrepancy of discrepancies) {
    const known = kinds.get(discrepancy.kind);
    if (known) known.push(discrepancy);
    else kinds.set(discrepancy.kind, [discrepancy]);
  }
  return [...kinds.values()];
}

function combined(first: Discrepancy, ofKind: readonly Discrepancy[], repair: Repair): Discrepancy {
  return {
    ...first,
    subject: COMBINED_SUBJECT,
    ticketType: null,
    purchaseId: null,
    expected: { discrepancies: 0 },
    found: { discrepancies: ofKind.length, examples: ofKind.slice(0, MAX_EXAMPLES).map(({ subject }) => subject) },
    // The repair checks each of them again.
    relatedIds: [],
    repair,
  };
}

const COMBINED_SUBJECT = 'many';

/**
 * Keys of the discrepancies that a check showed, as findings name them: one by one, and combined where they are many.
 */
export const keysOf = (discrepancies: readonly Discrepancy[]): ReadonlySet<string> =>
  new Set([...discrepancies, ...bounded(discrepancies)].map(discrepancyKey));
