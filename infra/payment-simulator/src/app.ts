import {
  authoriseRequest,
  IDEMPOTENCY_HEADER,
  MAX_BODY_BYTES,
  MAX_KEY_LENGTH,
  refundRequest,
} from '@box-office/payments/wire';
import { MAX_STATEMENT_ENTRIES } from '@box-office/payments';
import type { ErrorCode } from '@box-office/payments/wire';
import type { Logger } from '@box-office/platform';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { z } from 'zod';
import { behaviourOf } from './behaviour.js';
import type { Behaviour, Operation } from './behaviour.js';
import { statementAfter, entriesOf } from './purchase-statement.js';
import { createFailures } from './failures.js';
import { reversalKey } from './ledger.js';
import type { Ledger, Outcome } from './ledger.js';
import { statementOf } from './statement.js';
import { createWaits } from './waits.js';

const STATUS = {
  malformed: 400,
  no_such_key: 404,
  no_such_authorisation: 404,
  too_large: 413,
  key_reused: 422,
} as const satisfies Record<ErrorCode, number>;

const ledgerQuery = z.object({
  purchase: z.string().default(''),
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

const statementQuery = z.object({
  purchases: z
    .string()
    .transform((ids) => ids.split(',').filter((id) => id !== ''))
    .pipe(z.array(z.string().max(100)).max(MAX_STATEMENT_ENTRIES))
    .optional(),
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_STATEMENT_ENTRIES).default(MAX_STATEMENT_ENTRIES),
});

/** A request that cannot be understood; becomes its 4xx. */
class Rejected extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The provider's HTTP interface over the ledger. It never listens.
 *
 * @param o.settled resolves when the ledger's entries are on disk; no answer leaves before, a read's included, or it
 *   could tell of something that a crash then undoes
 * @param o.closing aborted at shutdown: requests that still wait are answered 503
 * @param o.silenceMs how long an answer that "never comes" keeps its caller waiting before a 504
 */
export function createApp(o: {
  ledger: Ledger;
  settled: () => Promise<void>;
  closing: AbortSignal;
  silenceMs: number;
  logger: Logger;
}): Hono {
  const { ledger } = o;
  const arrivals = createWaits(o.closing);
  const delays = createWaits(o.closing);
  const silences = createWaits(o.closing);
  const mustFail = createFailures();

  /** One call with an effect, treated as its payment method asks. */
  async function carryOut<T>(
    c: Context,
    operation: Operation,
    key: string,
    behaviour: Behaviour,
    effect: () => Outcome<T>,
  ): Promise<Response> {
    if (!ledger.hasKey(key) && mustFail(operation, key, behaviour.failures[operation] ?? 0)) {
      return c.json({ message: 'out of order' }, 503);
    }
    const outcome = effect();
    if ('error' in outcome) return refuse(c, outcome.error, 'the ledger says no');
    if (outcome.isNew) delays.begin(key, behaviour.slowMs[operation] ?? 0);
    await o.settled();
    if (outcome.isNew && behaviour.silentAfter.has(operation)) {
      silences.begin(key, o.silenceMs);
      await silences.over(key);
      return c.json({ message: 'no answer' }, 504);
    }
    await delays.over(key);
    return c.json(outcome.answer);
  }

  function ofAuthorisation<T>(c: Context, operation: Operation, effect: (key: string, id: string) => Outcome<T>) {
    const key = keyOf(c);
    const id = c.req.param('id') ?? '';
    return carryOut(c, operation, key, behaviourOf(ledger.methodOf(id) ?? ''), () => effect(key, id));
  }

  const app = new Hono();

  app.post('/v1/authorisations', async (c) => {
    const key = keyOf(c);
    const request = await bodyOf(c, authoriseRequest);
    const behaviour = behaviourOf(request.method);
    if (!ledger.hasKey(key)) arrivals.begin(key, behaviour.lateMs);
    await arrivals.over(key);
    return carryOut(c, 'authorise', key, behaviour, () => ledger.authorise(key, request));
  });

  app.post('/v1/reversals', async (c) => {
    const key = keyOf(c);
    const request = await bodyOf(c, authoriseRequest);
    const behaviour = behaviourOf(request.method);
    return carryOut(c, 'void', reversalKey(key), behaviour, () => ledger.reverse(key, request));
  });

  app.post('/v1/authorisations/:id/capture', (c) =>
    ofAuthorisation(c, 'capture', (key, id) => ledger.capture(key, id)),
  );

  app.post('/v1/authorisations/:id/void', (c) => ofAuthorisation(c, 'void', (key, id) => ledger.void(key, id)));

  app.post('/v1/authorisations/:id/refunds', async (c) => {
    const { amountMinor } = await bodyOf(c, refundRequest);
    return ofAuthorisation(c, 'refund', (key, id) => ledger.refund(key, id, amountMinor));
  });

  app.get('/v1/authorisations', async (c) => {
    const found = ledger.lookUp(c.req.query('key') ?? '');
    await o.settled();
    return found.kind === 'found' ? c.json(found) : refuse(c, 'no_such_key', 'nothing was authorised with this key');
  });

  app.get('/v1/ledger', async (c) => {
    const query = ledgerQuery.safeParse(c.req.query());
    if (!query.success) throw new Rejected('malformed', z.prettifyError(query.error));
    const { purchase, from, limit } = query.data;
    const statement = statementOf(ledger.purchases(), { prefix: purchase, from, limit });
    await o.settled();
    return c.json(statement);
  });

  app.get('/v1/books', async (c) => {
    const query = statementQuery.safeParse(c.req.query());
    if (!query.success) throw new Rejected('malformed', z.prettifyError(query.error));
    const { purchases, after, limit } = query.data;
    const statement = purchases === undefined ? statementAfter(ledger, { after, limit }) : entriesOf(ledger, purchases);
    await o.settled();
    return c.json(statement);
  });

  app.get('/livez', (c) => c.json({ ok: true }));
  app.get('/readyz', async (c) => {
    await o.settled();
    return c.json({ ok: true });
  });

  app.onError((error, c) => {
    if (error instanceof Rejected) return refuse(c, error.code, error.message);
    if (o.closing.aborted) return c.json({ message: 'shutting down' }, 503);
    o.logger.error({ err: error, path: c.req.path }, 'a call failed');
    return c.json({ message: 'internal error' }, 500);
  });

  return app;
}

function refuse(c: Context, code: ErrorCode, message: string): Response {
  return c.json({ code, message }, STATUS[code]);
}

function keyOf(c: Context): string {
  const key = c.req.header(IDEMPOTENCY_HEADER) ?? '';
  if (key === '' || key.length > MAX_KEY_LENGTH) {
    throw new Rejected('malformed', `${IDEMPOTENCY_HEADER} must have 1 to ${MAX_KEY_LENGTH} characters`);
  }
  return key;
}

async function bodyOf<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  // Node's parser reads as many bytes as Content-Length states, so that the header is the limit.
  const bytes = Number(c.req.header('content-length') ?? Number.NaN);
  if (Number.isNaN(bytes)) throw new Rejected('malformed', 'content-length is missing');
  if (bytes > MAX_BODY_BYTES) throw new Rejected('too_large', `at most ${MAX_BODY_BYTES} bytes`);
  const body: unknown = await c.req.json().catch(() => undefined);
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Rejected('malformed', z.prettifyError(parsed.error));
  return parsed.data;
}
