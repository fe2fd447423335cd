import type { Logger } from '@box-office/platform';
import type { ErrorHandler, NotFoundHandler } from 'hono';
import { answerProblem } from '../answers.js';
import type { GatewayContext, GatewayEnv } from '../context.js';
import { problem, unavailable } from '../problems.js';
import { isServerAway } from './server-away.js';

/** The answer to what nobody planned: 503 where a server is away, else 500. Details go to the log, not to the caller. */
export function answerFailure(logger: Logger): ErrorHandler<GatewayEnv> {
  return (error, c) => {
    const facts = { err: error, requestId: c.get('requestId'), purchaseId: c.get('purchaseId'), path: c.req.path };
    if (isServerAway(error)) {
      logger.warn(facts, 'a server is away');
      return answerProblem(c, unavailable(`A server that is needed for this is away at the moment. ${howToRepeat(c)}`));
    }
    logger.error(facts, 'a request failed');
    return answerProblem(
      c,
      problem('internal-error', { detail: `The server met a fault of its own. ${howToRepeat(c)}` }),
    );
  };
}

/** What a caller may do who does not know whether the request was carried out. */
function howToRepeat(c: GatewayContext): string {
  if (c.req.header('idempotency-key') !== undefined) {
    return 'It is safe to repeat the request with the same idempotency key.';
  }
  return c.req.method === 'GET' ? 'Repeat the request.' : 'Look what came of the request before you repeat it.';
}

/** 405 with `Allow` where the path is an endpoint's, else 404. */
export function answerNotFound(methodsOf: (path: string) => readonly string[]): NotFoundHandler<GatewayEnv> {
  return (c) => {
    const methods = methodsOf(c.req.path);
    if (methods.length === 0) return answerProblem(c, problem('not-found'));
    return answerProblem(c, problem('method-not-allowed', {}, { Allow: methods.join(', ') }));
  };
}
