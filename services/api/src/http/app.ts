import { withTimeout, type Logger } from '@box-office/platform';
import { Hono } from 'hono';
import { createGuard } from './auth/guard.js';
import type { VerifyToken } from './auth/token-verifier.js';
import type { GatewayContext, GatewayEnv } from './context.js';
import type { RequestLimits } from './limits/request-limits.js';
import { describeApi } from './openapi/openapi.js';
import { pages } from './openapi/pages.js';
import { crossOrigin } from './middleware/cross-origin.js';
import { answerFailure, answerNotFound } from './middleware/failures.js';
import { observe } from './middleware/observe.js';
import type { Endpoint } from './endpoint.js';
import { endpoints, type EndpointDeps } from '../endpoints.js';
import { probes } from './probes.js';

const READ_TIMEOUT_MS = 2_500;

export interface AppDeps extends EndpointDeps {
  readonly logger: Logger;
  readonly verifyToken: VerifyToken;
  readonly limits: RequestLimits;
  /** Origins whose pages may call the API from a browser; `*` for any. */
  readonly corsOrigins: readonly string[];
  /** Whether the servers that requests need can be reached. */
  readonly isReady: () => Promise<boolean>;
  /** Buyers reach the gateway over TLS only. */
  readonly behindTls: boolean;
  /** True from the moment on which the process shuts down. */
  readonly isShuttingDown: () => boolean;
}

/** The gateway as a function from requests to answers. It opens no socket and reads no environment. */
export function createApp(deps: AppDeps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const api = endpoints(deps);
  app.use(observe(deps));
  if (deps.corsOrigins.length > 0) app.use('/api/*', crossOrigin(deps.corsOrigins));
  app.onError(answerFailure(deps.logger));
  app.notFound(answerNotFound(methodsByPath(api)));
  for (const endpoint of api) serve(app, endpoint, deps);
  app.route('/', probes(deps));
  app.route('/', pages(describeApi(api)));
  return app;
}

function serve(app: Hono<GatewayEnv>, endpoint: Endpoint, deps: Pick<AppDeps, 'verifyToken' | 'limits'>): void {
  const { access, method, path, isUnlimited = false } = endpoint;
  const guard = createGuard(access, deps.verifyToken);
  const { byAddress, bySubject } = deps.limits;
  const handle = method === 'get' ? bounded(endpoint) : endpoint.handle.bind(endpoint);
  // One handler instead of a chain of middleware: each middleware costs a promise per request.
  app.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
    c.set('route', path);
    if (isUnlimited) return handle(c);
    const passing = byAddress(c) ?? guard(c);
    const stopped = passing instanceof Promise ? await passing : passing;
    return stopped ?? bySubject(c) ?? handle(c);
  });
}

/** A read whose dependency does not answer ends long before the dependency's own timeouts: it has no effects. */
function bounded(endpoint: Endpoint): (c: GatewayContext) => Promise<Response> {
  const { timeoutMs = READ_TIMEOUT_MS } = endpoint;
  return async (c) => withTimeout(Promise.resolve(endpoint.handle(c)), timeoutMs);
}

/** The methods of the endpoints at a path. */
function methodsByPath(api: readonly Endpoint[]): (path: string) => readonly string[] {
  const patterns = api.map(({ method, path }) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return (path) => patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
}
