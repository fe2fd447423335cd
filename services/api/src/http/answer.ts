import type { GatewayContext } from './context.js';
import { problemBody, type Problem } from './problems.js';

// Plain objects of headers, given at once, are what the Node adapter sends without building a Headers object;
// setting them later through the context costs more than the rest of a short answer.

/** A JSON answer. Answers of the API concern one caller and one moment: nothing may cache them. */
export function answer(
  c: GatewayContext,
  status: number,
  body: unknown,
  headers?: Readonly<Record<string, string>>,
): Response {
  return send(c, status, 'application/json', body, headers);
}

/**
 * A problem as RFC 9457 has it. There is no `instance`: the repeat of a request gets the very same body, and the
 * X-Request-Id header names the occurrence in the logs.
 */
export function answerProblem(c: GatewayContext, problem: Problem): Response {
  const body = problemBody(problem);
  return send(c, body.status, 'application/problem+json', body, problem.headers);
}

function send(
  c: GatewayContext,
  status: number,
  contentType: string,
  body: unknown,
  headers?: Readonly<Record<string, string>>,
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': contentType,
      'Cache-Control': 'no-store',
      'X-Request-Id': c.get('requestId'),
      ...c.get('rateLimit'),
      ...c.get('securityHeaders'),
      ...headers,
    },
  });
}
