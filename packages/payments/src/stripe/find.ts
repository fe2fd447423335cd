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

const intentPage = listOf(anyIntent);

/**
 * Looks for the intent of an authorisation by the key in its metadata, in the list of intents that were made since it may
 * have been asked for. Lists show at once what was made, other than Stripe's search, which is late by a minute.
 *
 * @throws PaymentUnknownError when too many intents were made since
 */
export async function findIntent(
  stripe: Stripe,
  o: { readonly key: string; readonly askedAt: Date | undefined },
  call: (schema: typeof intentPage, send: () => Promise<object>) => ReturnType<typeof callStripe<typeof intentPage>>,
): Promise<PaymentIntent | undefined> {
  const since = (o.askedAt?.getTime() ?? Date.now() - DEFAULT_WINDOW_MS) - CLOCK_SKEW_MS;
  const query = { created: { gte: Math.floor(since / 1_000) }, limit: PAGE, expand: ['data.latest_charge'] };
  const found: PaymentIntent[] = [];
  let last: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await call(intentPage, () =>
      stripe.paymentIntents.list({ ...query, ...(last !== undefined && { starting_after: last }) }),
    );
    if (answer.kind !== 'done') throw new PaymentUnknownError(`the list of intents cannot be read: ${answer.kind}`);
    const { data, has_more: hasMore } = answer.value;
    found.push(...data.filter(({ metadata }) => metadata['key'] === o.key).map(readable));
    if (!hasMore) return found.find(hasMoney) ?? found[0];
    last = data.at(-1)?.id;
  }
  const [first] = found;
  if (first) return found.find(hasMoney) ?? first;
  throw new PaymentUnknownError(`the intent of ${o.key} is not among the last ${MAX_PAGES * PAGE}`);
}

/** Intents of others may be of any form, the one that was looked for may not. */
function readable(intent: AnyIntent): PaymentIntent {
  const read = paymentIntent.safeParse(intent);
  if (read.success) return read.data;
  throw new PaymentUnknownError(`${intent.id} makes no sense`, { cause: read.error });
}

const hasMoney = ({ status }: PaymentIntent): boolean => status === 'requires_capture' || status === 'succeeded';
