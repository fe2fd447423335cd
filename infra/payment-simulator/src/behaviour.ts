import type { DisputeStatus } from '@box-office/contract';

/** The four calls that have an effect. */
const OPERATIONS = ['authorise', 'capture', 'void', 'refund'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Longest delay a token may ask for; a larger number is taken as this. */
export const MAX_DELAY_MS = 60_000;
/** How long an authorisation stands if its token does not say otherwise: seven days, as cards have it. */
const AUTHORISATION_VALID_MS = 7 * 24 * 3_600_000;

/** How the simulator treats one payment method. The README lists the tokens and what they mean. */
export interface Behaviour {
  /** False for a token that means nothing here. */
  readonly isKnown: boolean;
  /** Decline code, at authorisation. */
  readonly decline?: string;
  /** The buyer has to authenticate; a decline comes after that. */
  readonly requiresAction: boolean;
  /** It was used before, so that Stripe refuses it without a code and a parameter. */
  readonly wasUsed: boolean;
  readonly captureRefused: boolean;
  /** The bank has released the authorisation before its capture, and the intent does not say so. */
  readonly captureExpired: boolean;
  /** The buyer disputes the payment as soon as it is captured. */
  readonly dispute?: { readonly reason: string; readonly status: DisputeStatus } | undefined;
  /** A refund is accepted, and fails at the buyer's bank afterwards. */
  readonly refundFails: boolean;
  /** The authorisation arrives only after this time. */
  readonly lateMs: number;
  /** From the authorisation to its expiry. */
  readonly validMs: number;
  /** The answer waits for so long, after the effect. */
  readonly slowMs: Readonly<Partial<Record<Operation, number>>>;
  /** So many 503 per key, without effect, before it works. */
  readonly failures: Readonly<Partial<Record<Operation, number>>>;
  /** The effect happens, and its first answer never comes. */
  readonly silentAfter: ReadonlySet<Operation>;
  /** The answer is a 500, before or after the effect, and so is each repetition with the same key. */
  readonly errors: Readonly<Partial<Record<Operation, 'before' | 'after'>>>;
}

/** Decline codes by the ending of Stripe's test payment methods `pm_card_chargeDeclined…`. */
const DECLINED: Readonly<Record<string, string>> = {
  '': 'generic_decline',
  InsufficientFunds: 'insufficient_funds',
  LostCard: 'lost_card',
  StolenCard: 'stolen_card',
  ExpiredCard: 'expired_card',
  IncorrectCvc: 'incorrect_cvc',
  ProcessingError: 'processing_error',
  VelocityLimitExceeded: 'card_velocity_exceeded',
};
const BRANDS = 'visa|visa_debit|mastercard|mastercard_debit|mastercard_prepaid|amex|discover|diners|jcb|unionpay';

/** By the ending of Stripe's test payment methods `pm_card_createDispute…`. */
const DISPUTED: Readonly<Record<string, Behaviour['dispute']>> = {
  '': { reason: 'fraudulent', status: 'needs_response' },
  ProductNotReceived: { reason: 'product_not_received', status: 'needs_response' },
  Inquiry: { reason: 'fraudulent', status: 'warning_needs_response' },
};

type Draft = { -readonly [K in keyof Behaviour]: Behaviour[K] } & {
  slowMs: Partial<Record<Operation, number>>;
  failures: Partial<Record<Operation, number>>;
  silentAfter: Set<Operation>;
  errors: Partial<Record<Operation, 'before' | 'after'>>;
};

/** One part of a token: its pattern and what it changes. The first capture group that is a number is `n`. */
const PARTS: readonly { readonly pattern: RegExp; apply(draft: Draft, groups: readonly string[]): void }[] = [
  { pattern: /^approve$/, apply: () => undefined },
  { pattern: new RegExp(`^card_(?:${BRANDS})$`), apply: () => undefined },
  {
    pattern: new RegExp(`^card_(?:visa_)?chargeDeclined(${Object.keys(DECLINED).join('|')})$`),
    apply: (draft, [ending]) => void (draft.decline = DECLINED[ending ?? ''] ?? ''),
  },
  {
    pattern: new RegExp(`^card_createDispute(${Object.keys(DISPUTED).join('|')})$`),
    apply: (draft, [ending]) => void (draft.dispute = DISPUTED[ending ?? '']),
  },
  {
    pattern: /^card_(?:authenticationRequired|threeDSecure2Required)$/,
    apply: (draft) => void (draft.requiresAction = true),
  },
  {
    pattern: /^decline(?:_([a-z0-9_]+))?$/,
    apply: (draft, [reason]) => void (draft.decline = reason ?? 'generic_decline'),
  },
  { pattern: /^card_refundFail$/, apply: (draft) => void (draft.refundFails = true) },
  { pattern: /^card_usedBefore$/, apply: (draft) => void (draft.wasUsed = true) },
  { pattern: /^capture_expired$/, apply: (draft) => void (draft.captureExpired = true) },
  { pattern: /^capture_refused$/, apply: (draft) => void (draft.captureRefused = true) },
  { pattern: /^late_(\d+)$/, apply: (draft, [ms]) => void (draft.lateMs = delayMs(ms)) },
  { pattern: /^expire_(\d+)$/, apply: (draft, [ms]) => void (draft.validMs = Number(ms)) },
  {
    pattern: /^slow_(?:(capture|void|refund)_)?(\d+)$/,
    apply: (draft, [operation, ms]) => void (draft.slowMs[operationOf(operation)] = delayMs(ms)),
  },
  {
    pattern: /^(?:(capture|void|refund)_)?fail_(\d+)$/,
    apply: (draft, [operation, times]) => void (draft.failures[operationOf(operation)] = Number(times)),
  },
  {
    pattern: /^timeout_after_(charge|capture|void|refund)$/,
    apply: (draft, [operation]) => void draft.silentAfter.add(operationOf(operation)),
  },
  {
    pattern: /^error_500_(before|after)_(charge|capture|void|refund)$/,
    apply: (draft, [when, operation]) =>
      void (draft.errors[operationOf(operation)] = when === 'after' ? when : 'before'),
  },
];

const parsed = new Map<string, Behaviour>();
const MAX_PARSED = 1_000;

/** What a payment method token asks for: `pm_` and one or more parts joined by `+`. Never fails: see `isKnown`. */
export function behaviourOf(token: string): Behaviour {
  const known = parsed.get(token);
  if (known) return known;
  const behaviour = parse(token);
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(token, behaviour);
  return behaviour;
}

function parse(token: string): Behaviour {
  const draft: Draft = {
    isKnown: true,
    wasUsed: false,
    captureRefused: false,
    captureExpired: false,
    requiresAction: false,
    refundFails: false,
    lateMs: 0,
    validMs: AUTHORISATION_VALID_MS,
    slowMs: {},
    failures: {},
    silentAfter: new Set(),
    errors: {},
  };
  if (!token.startsWith('pm_')) return { ...draft, isKnown: false };
  for (const text of token.slice('pm_'.length).split('+')) {
    const part = PARTS.find(({ pattern }) => pattern.test(text));
    if (!part) return { ...draft, isKnown: false };
    part.apply(draft, part.pattern.exec(text)?.slice(1) ?? []);
  }
  return draft;
}

function operationOf(name: string | undefined): Operation {
  return OPERATIONS.find((operation) => operation === name) ?? 'authorise';
}

function delayMs(digits: string | undefined): number {
  return Math.min(Number(digits), MAX_DELAY_MS);
}
