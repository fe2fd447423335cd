import type { ChangeEntry, FirstEntry, LedgerEntry } from './entries.js';
import { changed, firstState, type Intent } from './intent.js';

/** What a request with an idempotency key did, and the state in which it left its intent: what a repetition answers. */
export interface Effect {
  readonly entry: LedgerEntry;
  /** Absent when the request failed or was refused: it had no effect. */
  readonly intent?: Intent;
}

/** A change of an intent, at its place in the order of all changes. */
export interface Movement {
  /** From 1. */
  readonly position: number;
  readonly entry: FirstEntry | ChangeEntry;
  readonly intent: Intent;
}

/**
 * The provider's ledger, in memory: entries go in, `record` makes each durable. Every command decides and enters at once,
 * with no await between, so that two calls never interleave.
 */
export class Ledger {
  readonly #byId = new Map<string, Intent>();
  readonly #effects = new Map<string, Effect>();
  /** Ids of intents, in the order in which they were made. */
  readonly #made: string[] = [];
  /** Ids of each purchase's intents, purchases in the order in which they first appeared. */
  readonly #byPurchase = new Map<string, string[]>();
  /** ConfirmationTokens are used once. */
  readonly #usedTokens = new Set<string>();
  readonly #movements: Movement[] = [];
  readonly #record: (entry: LedgerEntry) => void;

  constructor(record: (entry: LedgerEntry) => void) {
    this.#record = record;
  }

  /** Enters what happens now. */
  enter(entry: LedgerEntry): Effect {
    const effect = this.apply(entry);
    this.#record(entry);
    return effect;
  }

  /** Enters what happened, now or (at the start) in the past. @throws Error if it cannot have happened */
  apply(entry: LedgerEntry): Effect {
    const hasEffect = entry.type !== 'failed' && entry.type !== 'refused';
    const effect: Effect = hasEffect ? { entry, intent: this.#move(entry) } : { entry };
    this.#effects.set(entry.key, effect);
    return effect;
  }

  #move(entry: FirstEntry | ChangeEntry): Intent {
    const intent = isFirst(entry) ? firstState(entry) : changed(this.#known(entry.authorisationId), entry);
    if (isFirst(entry)) {
      this.#made.push(intent.id);
      if (entry.confirmationToken !== undefined) this.#usedTokens.add(entry.confirmationToken);
      const ofPurchase = this.#byPurchase.get(intent.purchaseId);
      if (ofPurchase) ofPurchase.push(intent.id);
      else this.#byPurchase.set(intent.purchaseId, [intent.id]);
    }
    this.#byId.set(intent.id, intent);
    this.#movements.push({ position: this.#movements.length + 1, entry, intent });
    return intent;
  }

  #known(id: string): Intent {
    const intent = this.#byId.get(id);
    if (!intent) throw new Error(`no authorisation ${id}`);
    return intent;
  }

  find(id: string): Intent | undefined {
    return this.#byId.get(id);
  }

  /** What the request with this key did. */
  effectOf(key: string): Effect | undefined {
    return this.#effects.get(key);
  }

  hasUsed(confirmationToken: string): boolean {
    return this.#usedTokens.has(confirmationToken);
  }

  /** Newest first, from the one after `startingAfter`. */
  *newestFirst(startingAfter?: string): Generator<Intent> {
    const from = startingAfter === undefined ? this.#made.length : this.#made.lastIndexOf(startingAfter);
    for (let index = from - 1; index >= 0; index--) yield this.#known(this.#made[index] ?? '');
  }

  movements(): readonly Movement[] {
    return this.#movements;
  }

  *purchases(): Generator<readonly [purchaseId: string, intents: readonly Intent[]]> {
    for (const [purchaseId, ids] of this.#byPurchase) yield [purchaseId, ids.map((id) => this.#known(id))];
  }

  purchaseCount(): number {
    return this.#byPurchase.size;
  }
}

const isFirst = (entry: FirstEntry | ChangeEntry): entry is FirstEntry =>
  entry.type === 'created' ||
  entry.type === 'authorised' ||
  entry.type === 'declined' ||
  entry.type === 'action_required';
