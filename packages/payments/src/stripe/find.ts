import type Stripe from 'stripe';
import { PaymentUnknownError } from '../port.js';
import { anyIntent, listOf, paymentIntent, type AnyIntent, type PaymentIntent } from './answers.js';
import type { callStripe } from './call.js';

const PAGE = 100;
/** A search reads at most so many pages: ten thousand intents. */
const MAX_PAGES = 100;
/** The provider's clock and ours may differ by this. */
const CLOCK_SKEW_MS = 60_000;
/** Where nothing is known of when it was asked for. */
const DEFAULT_WINDOW_MS = 24 * 3_600_000;

/**
 * The first period that is searched; each later one is twice as long as the one before. It ends half a minute after an
 * authorisation was asked for, when most were made: while many buy, few intents of later buyers are read before it.
 */
const FIRST_PERIOD_S = 90;

const intentPage = listOf(anyIntent);

/**
 * Looks for the intent of an authorisation by the key in its metadata, in the list of intents that were made since it may
 * have been asked for, period by period from the earliest: most intents are made at the first try. Lists show at once what
 * was made, other than Stripe's search, which is late by a minute.
 *
 * @returns the first one with money, else the earliest
 * @throws PaymentUnknownError when there is none among the ten thousand that were read, and more were made since
 */
export async function findIntent(
  stripe: Stripe,
  o: { readonly key: string; readonly askedAt: Date | undefined },
  call: (schema: typeof intentPage, send: () => Promise<object>) => ReturnType<typeof callStripe<typeof intentPage>>,
): Promise<PaymentIntent | undefined> {
  let earliest: PaymentIntent | undefined;
  let pages = 0;
  for (const created of periodsSince(o.askedAt?.getTime() ?? Date.now() - DEFAULT_WINDOW_MS)) {
    const query = { created, limit: PAGE, expand: ['data.latest_charge'] };
    for (let last: string | undefined, hasMore = true; hasMore; pages++) {
      if (pages === MAX_PAGES) {
        if (earliest) return earliest;
        throw new PaymentUnknownError(`the intent of ${o.key} is not among the first ${MAX_PAGES * PAGE}`);
      }
      const answer = await call(intentPage, () =>
        stripe.paymentIntents.list({ ...query, ...(last !== undefined && { starting_after: last }) }),
      );
      if (answer.kind !== 'done') throw new PaymentUnknownError(`the list of intents cannot be read: ${answer.kind}`);
      const found = answer.value.data.filter(({ metadata }) => metadata['key'] === o.key).map(readable);
      const withMoney = found.find(hasMoney);
      if (withMoney) return withMoney;
      earliest ??= found.at(-1);
      last = answer.value.data.at(-1)?.id;
      hasMore = answer.value.has_more;
    }
  }
  return earliest;
}

/** In seconds, both ends included. The last one is open: the provider's clock may be ahead. */
function* periodsSince(askedAtMs: number): Generator<{ gte: number; lte?: number }> {
  const now = Math.floor(Date.now() / 1_000);
  let gte = Math.floor((askedAtMs - CLOCK_SKEW_MS) / 1_000);
  for (let length = FIRST_PERIOD_S; gte + length < now; length *= 2) {
    yield { gte, lte: gte + length - 1 };
    gte += length;
  }
  yield { gte };
}

/** Intents of others may be of any form, the one that was looked for may not. */
function readable(intent: AnyIntent): PaymentIntent {
  const read = paymentIntent.safeParse(intent);
  if (read.success) return read.data;
  throw new PaymentUnknownError(`${intent.id} makes no sense`, { cause: read.error });
}

const hasMoney = ({ status }: PaymentIntent): boolean => status === 'requires_capture' || status === 'succeeded';
