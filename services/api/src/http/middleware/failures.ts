import type { Logger } from '@box-office/platform';
import type { ErrorHandler, NotFoundHandler } from 'hono';
import { answerProblem } from '../answer.js';
import type { GatewayContext, GatewayEnv } from '../context.js';
import { problem, unavailable } from '../problems.js';
import { isDependencyUnavailable } from './dependency-unavailable.js';

/** The answer to an unexpected error: 503 if a dependency is unavailable, else 500. Details go to the log, not to the caller. */
export function answerFailure(logger: Logger): ErrorHandler<GatewayEnv> {
  return (error, c) => {
    const details = { err: error, requestId: c.get('requestId'), purchaseId: c.get('purchaseId'), path: c.req.path };
    if (isDependencyUnavailable(error)) {
      logger.warn(details, 'a dependency is unavailable');
      return answerProblem(c, unavailable(`The service is not available at the moment. ${howToRepeat(c)}`));
    }
    logger.error(details, 'a request failed');
    return answerProblem(
      c,
      problem('internal-error', { detail: `An internal error occurred and was recorded. ${howToRepeat(c)}` }),
    );
  };
}

/** What a caller can do who does not know whether the request was carried out. */
function howToRepeat(c: GatewayContext): string {
  if (c.req.header('idempotency-key') !== undefined) {
    return 'It is safe to repeat the request with the same idempotency key.';
  }
  return c.req.method === 'GET'
    ? 'Repeat the request.'
    : 'The request may have been carried out: check before you repeat it.';
}

/** 405 with `Allow` where the path is an endpoint's, else 404. */
export function answerNotFound(methodsOf: (path: string) => readonly string[]): NotFoundHandler<GatewayEnv> {
  return (c) => {
    const methods = methodsOf(c.req.path);
    if (methods.length === 0) return answerProblem(c, problem('not-found'));
    return answerProblem(c, problem('method-not-allowed', {}, { Allow: methods.join(', ') }));
  };
}
