import { createHash, randomUUID } from 'node:crypto';
import { STRIPE_API_VERSION } from '@box-office/payments';
import type { Logger } from '@box-office/platform';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { ApiError, invalid, Refusal, serverError } from './api-error.js';
import { addAuthenticationPage } from './authentication-page.js';
import { behaviourOf, type Behaviour, type Operation } from './behaviour.js';
import type { RequestIdentity } from './command-context.js';
import { answerOf, createCommands } from './commands.js';
import { addDisputeControl } from './disputes.js';
import { methodOfToken } from './confirmation-tokens.js';
import { createFailures } from './failures.js';
import { addElements } from './elements.js';
import { parseForm, type Params } from './form.js';
import type { Effect, Ledger } from './ledger.js';
import { addReads } from './reads.js';
import { createRecentKeys } from './recent-keys.js';
import * as requests from './requests.js';
import { statementOf } from './statement.js';
import { addWebhookControl, type Webhooks } from './webhooks.js';
import { createWaits } from './waits.js';

const MAX_KEY_LENGTH = 255;
const MAX_BODY_BYTES = 16_384;
const TEST_KEY = /^Bearer (?:sk|rk)_test_\w+$/;

const ledgerQuery = z.object({
  purchase: z.string().default(''),
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

interface AppOptions {
  readonly ledger: Ledger;
  /**
   * Resolves when the ledger's entries are on disk; no answer leaves before, a read's included, or it could tell of something
   * that a crash then undoes.
   */
  readonly settled: () => Promise<void>;
  /** Aborted at shutdown: requests that still wait are answered 503. */
  readonly closing: AbortSignal;
  /** How long an answer that "never comes" keeps its caller waiting before a 504. */
  readonly silenceMs: number;
  readonly webhooks: Webhooks;
  /** Where a browser reaches the simulator. */
  readonly publicUrl: string;
  readonly logger: Logger;
}

/** The part of Stripe's API that Box Office uses, over the ledger. It never listens. */
export function createApp(o: AppOptions): Hono {
  const app = new Hono();
  const commands = createCommands(o.ledger, o.publicUrl);
  const execute = createExecution(o);
  /** The payment methods with which keys were tried. */
  const methods = createRecentKeys<string | null | undefined>();

  app.use('/v1/*', async (c, next) => {
    authenticate(c);
    await next();
  });

  app.post('/v1/payment_intents', async (c) => {
    const { request, params } = await read(c);
    const create = requests.checked(requests.createParams, params);
    if (create.confirm) methods.set(request.key, create.payment_method ?? methodOfToken(create.confirmation_token));
    // Without a confirmation it reverses the authorisation with the same key, as well or badly as its method is voided.
    const operation = create.confirm ? 'authorise' : 'void';
    return execute(c, operation, request, methods.get(request.key), () => commands.create(request, create));
  });
  app.post('/v1/payment_intents/:id/confirm', async (c) => {
    const { request, params } = await read(c);
    const { payment_method: method } = requests.checked(requests.confirmParams, params);
    return execute(c, 'authorise', request, method, () => commands.confirm(request, c.req.param('id'), method));
  });
  app.post('/v1/payment_intents/:id/capture', async (c) => {
    const { request, params } = await read(c);
    requests.checked(requests.captureParams, params);
    const { id, method } = commands.known(c.req.param('id'));
    return execute(c, 'capture', request, method, () => commands.capture(request, id));
  });
  app.post('/v1/payment_intents/:id/cancel', async (c) => {
    const { request, params } = await read(c);
    requests.checked(requests.cancelParams, params);
    const { id, method } = commands.known(c.req.param('id'));
    return execute(c, 'void', request, method, () => commands.cancel(request, id));
  });
  app.post('/v1/refunds', async (c) => {
    const { request, params } = await read(c);
    const refund = requests.checked(requests.refundParams, params);
    const { method } = commands.known(refund.payment_intent);
    return execute(c, 'refund', request, method, () => commands.refund(request, refund));
  });

  addReads(app, { ledger: o.ledger, settled: o.settled, known: commands.known });

  addAuthenticationPage(app, {
    ledger: o.ledger,
    settled: o.settled,
    authenticate: (id, isCompleted) => commands.authenticate(id, isCompleted),
  });

  addElements(app);

  addWebhookControl(app, o.webhooks);
  addDisputeControl(app, { ledger: o.ledger, settled: o.settled, known: commands.known });

  app.get('/ledger', async (c) => {
    const { purchase, from, limit } = requests.parsed(ledgerQuery, c.req.query());
    const statement = statementOf(o.ledger.purchases(), { prefix: purchase, from, limit });
    await o.settled();
    return c.json(statement);
  });
  app.get('/livez', (c) => c.json({ ok: true }));
  app.get('/readyz', async (c) => {
    await o.settled();
    return c.json({ ok: true });
  });

  app.onError((error, c) => {
    if (error instanceof ApiError) return errorOf(c, error);
    if (o.closing.aborted) return errorOf(c, serverError(503, 'shutting down'));
    o.logger.error({ err: error, path: c.req.path }, 'a call failed');
    return errorOf(c, serverError(500, 'internal error'));
  });
  return app;
}

/** Carries out requests with an effect: once per idempotency key, and as slowly or badly as the payment method asks. */
function createExecution(o: AppOptions) {
  const { ledger } = o;
  const arrivals = createWaits(o.closing);
  const delays = createWaits(o.closing);
  const silences = createWaits(o.closing);
  const mustFail = createFailures();

  async function replay(c: Context, { key, digest }: RequestIdentity, effect: Effect): Promise<Response> {
    if (effect.entry.digest !== undefined && effect.entry.digest !== digest) {
      throw new ApiError(400, {
        type: 'idempotency_error',
        message: 'Keys for idempotent requests can only be used with the same parameters they were first used with.',
      });
    }
    if (delays.isRunning(key)) {
      throw new ApiError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: 'There is currently another in-progress request using this Idempotent Key.',
      });
    }
    await o.settled();
    c.header('idempotent-replayed', 'true');
    return c.json(answerOf(effect));
  }

  /** Saves what a command that had begun refuses. */
  async function outcomeOf(request: RequestIdentity, command: () => Effect): Promise<Effect> {
    try {
      return command();
    } catch (error) {
      if (error instanceof Refusal) {
        ledger.enter({ type: 'refused', at: Date.now(), ...request, status: error.status, error: error.body });
        await o.settled();
      }
      throw error;
    }
  }

  return async function execute(
    c: Context,
    operation: Operation,
    request: RequestIdentity,
    method: string | null | undefined,
    command: () => Effect,
  ): Promise<Response> {
    const { key } = request;
    const behaviour: Behaviour | undefined = typeof method === 'string' ? behaviourOf(method) : undefined;
    if (operation === 'authorise' && behaviour && behaviour.lateMs > 0) {
      if (!ledger.effectOf(key)) arrivals.begin(key, behaviour.lateMs);
      await arrivals.over(key);
    }
    const known = ledger.effectOf(key);
    if (known) return replay(c, request, known);
    if (mustFail(operation, key, behaviour?.failures[operation] ?? 0)) throw serverError(503, 'out of order');
    const effect = await outcomeOf(request, command);
    delays.begin(key, behaviour?.slowMs[operation] ?? 0);
    await o.settled();
    if (behaviour?.silentAfter.has(operation)) {
      silences.begin(key, o.silenceMs);
      await silences.over(key);
      throw serverError(504, 'no answer');
    }
    await delays.over(key);
    return c.json(answerOf(effect));
  };
}

function errorOf(c: Context, { status, body }: ApiError): Response {
  return c.json({ error: body }, status as 400);
}

function authenticate(c: Pick<Context, 'header' | 'req'>): void {
  c.header('request-id', `req_${randomUUID().slice(0, 13)}`);
  c.header('stripe-version', STRIPE_API_VERSION);
  if (!TEST_KEY.test(c.req.header('authorization') ?? '')) {
    throw new ApiError(401, { type: 'invalid_request_error', message: 'Invalid API Key: use a test key (sk_test_…).' });
  }
  const version = c.req.header('stripe-version');
  if (version !== undefined && version !== STRIPE_API_VERSION) {
    throw invalid(`Invalid Stripe API version: ${version}; this simulator speaks ${STRIPE_API_VERSION}`);
  }
}

async function read(c: Context): Promise<{ request: RequestIdentity; params: Params }> {
  const key = c.req.header('idempotency-key') ?? randomUUID();
  if (key === '' || key.length > MAX_KEY_LENGTH) throw invalid('Idempotency-Key must have 1 to 255 characters');
  // Node's parser reads as many bytes as Content-Length states, so that the header is the limit.
  const bytes = Number(c.req.header('content-length') ?? Number.NaN);
  if (Number.isNaN(bytes)) throw invalid('content-length is missing');
  if (bytes > MAX_BODY_BYTES) throw invalid(`at most ${MAX_BODY_BYTES} bytes`, {}, 413);
  const body = await c.req.text();
  const digest = createHash('sha1').update(`${c.req.path}\n${body}`).digest('base64url');
  return { request: { key, digest }, params: parseForm(body) };
}
