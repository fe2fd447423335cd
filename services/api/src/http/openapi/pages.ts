import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { answerProblem } from '../answer.js';
import type { GatewayContext, GatewayEnv } from '../context.js';
import { PROBLEMS, problem, type ProblemType } from '../problems.js';
import { documentationPage, indexPage, problemPage, START_DOCUMENTATION } from './html.js';

/** Nothing from other origins, and no script but the gateway's own files. Swagger UI sets styles on its elements. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const START_SCRIPT = 'start.js';

/** The files of Swagger UI that its page loads; nothing else of the package is served. */
const ASSETS: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);
const require = createRequire(import.meta.url);
const ASSETS_FOLDER = dirname(require.resolve('swagger-ui-dist/package.json'));

/** Pages for a browser: an index, the API's documentation (which needs no internet), and a page for each problem. */
export function pages(description: unknown): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const descriptionText = JSON.stringify(description);
  const assets = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  app.get('/', (c) => page(c, indexPage()));
  app.get('/openapi.json', (c) => file(c, descriptionText, 'application/json'));
  app.get('/docs', (c) => page(c, documentationPage()));
  app.get('/docs/:asset', async (c) => {
    const name = c.req.param('asset');
    // Not a route of its own: a fixed path beside a parameter would make Hono route everything by its slower router.
    if (name === START_SCRIPT) return file(c, START_DOCUMENTATION, 'text/javascript; charset=utf-8');
    const contentType = ASSETS.get(name);
    if (contentType === undefined) return answerProblem(c, problem('not-found'));
    let bytes = assets.get(name);
    if (bytes === undefined) {
      bytes = readFile(join(ASSETS_FOLDER, name)).then((buffer) => new Uint8Array(buffer));
      assets.set(name, bytes);
    }
    return file(c, await bytes, contentType, 'public, max-age=3600');
  });
  app.get('/problems/:type', (c) => {
    const type = c.req.param('type');
    return isProblemType(type) ? page(c, problemPage(type)) : answerProblem(c, problem('not-found'));
  });
  return app;
}

const isProblemType = (type: string): type is ProblemType => Object.hasOwn(PROBLEMS, type);

const page = (c: GatewayContext, html: string): Response => file(c, html, 'text/html; charset=utf-8');

function file(
  c: GatewayContext,
  body: string | Uint8Array<ArrayBuffer>,
  contentType: string,
  cacheControl = 'no-cache',
): Response {
  return new Response(body, {
    headers: {
      'Content-Type': contentType,
      'Cache-Control': cacheControl,
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Referrer-Policy': 'no-referrer',
      'X-Request-Id': c.get('requestId'),
      ...c.get('securityHeaders'),
    },
  });
}
