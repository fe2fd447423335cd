import type Stripe from 'stripe';
import type { Hono } from 'hono';
import { missing } from './api-error.js';
import { listEvents, placeOf, type SimulatedEvent } from './events.js';
import { parseForm, type Params } from './form.js';
import type { Intent } from './intent.js';
import type { Ledger } from './ledger.js';
import { paymentIntentOf, refundOf, seconds } from './render.js';
import { disputeOf } from './render-dispute.js';
import {
  checked,
  listDisputesQuery,
  listEventsQuery,
  listIntentsQuery,
  listRefundsQuery,
  retrieveQuery,
} from './requests.js';

/** Adds the requests that only read. */
export function addReads(
  app: Hono,
  o: { ledger: Ledger; settled: () => Promise<void>; known: (id: string) => Intent },
): void {
  const { ledger, settled, known } = o;

  app.get('/v1/payment_intents', async (c) => {
    const query = checked(listIntentsQuery, queryOf(c.req.url));
    const { created = {}, limit, starting_after: startingAfter, expand } = query;
    if (startingAfter !== undefined) known(startingAfter);
    const { gte = 0, lte = Infinity } = created;
    const found: Intent[] = [];
    for (const intent of ledger.newestFirst(startingAfter)) {
      const at = seconds(intent.createdAt);
      if (at < gte || found.length > limit) break;
      if (at <= lte) found.push(intent);
    }
    await settled();
    const data = found
      .slice(0, limit)
      .map((intent) => paymentIntentOf(intent, { expand: expandedIn(expand, 'data.latest_charge') }));
    return c.json(listOf('/v1/payment_intents', data, found.length > limit));
  });

  app.get('/v1/payment_intents/:id', async (c) => {
    const { expand } = checked(retrieveQuery, queryOf(c.req.url));
    const intent = known(c.req.param('id'));
    await settled();
    return c.json(paymentIntentOf(intent, { expand: expandedIn(expand, 'latest_charge') }));
  });

  app.get('/v1/refunds', async (c) => {
    const { payment_intent: id, limit, starting_after: after } = checked(listRefundsQuery, queryOf(c.req.url));
    const intent = known(id);
    const newestFirst = intent.refunds.toReversed();
    const start = after === undefined ? 0 : newestFirst.findIndex(({ refundId }) => refundId === after) + 1;
    if (after !== undefined && start === 0) throw missing('refund', after, 'starting_after');
    await settled();
    const data = newestFirst.slice(start, start + limit).map((refund) => refundOf(intent, refund));
    return c.json(listOf('/v1/refunds', data, start + limit < newestFirst.length));
  });

  app.get('/v1/disputes', async (c) => {
    const { payment_intent: id, limit } = checked(listDisputesQuery, queryOf(c.req.url));
    const intent = known(id);
    await settled();
    const newestFirst = intent.disputes.toReversed();
    const data = newestFirst.slice(0, limit).map((dispute) => disputeOf(intent, dispute));
    return c.json(listOf('/v1/disputes', data, limit < newestFirst.length));
  });

  app.get('/v1/events', async (c) => {
    const query = checked(listEventsQuery, queryOf(c.req.url));
    const { types, created, limit, starting_after: olderThan, ending_before: newerThan } = query;
    const createdLte = created?.lte ?? Infinity;
    const place = (id: string, param: string) => {
      const found = placeOf(id);
      if (!found || found.position > ledger.movements().length) throw missing('event', id, param);
      return found;
    };
    const cursor =
      newerThan === undefined
        ? { olderThan: olderThan === undefined ? undefined : place(olderThan, 'starting_after') }
        : { newerThan: place(newerThan, 'ending_before') };
    const { data, hasMore } = listEvents(ledger.movements(), { types, createdLte, limit }, cursor);
    await settled();
    return c.json(listOf('/v1/events', data, hasMore));
  });
}

const expandedIn = (expand: readonly string[] | undefined, charge: string): 'charge' | 'refunds' | undefined => {
  if (expand?.includes(`${charge}.refunds`)) return 'refunds';
  return expand?.includes(charge) ? 'charge' : undefined;
};

const queryOf = (url: string): Params => parseForm(new URL(url).search.slice(1));

const listOf = <T extends Stripe.PaymentIntent | Stripe.Refund | Stripe.Dispute | SimulatedEvent>(
  url: string,
  data: T[],
  hasMore: boolean,
): Stripe.ApiList<T> => ({ object: 'list', data, has_more: hasMore, url });
