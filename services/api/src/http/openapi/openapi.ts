import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import { PROBLEMS, problemUri, type ProblemType } from '../problems.js';
import type { Endpoint } from '../endpoint.js';
import { problemDetails } from '../schemas.js';
import { BODY_EXAMPLES } from './examples.js';
import { headersOf } from './response-headers.js';
import { shareComponents } from './shared-components.js';

const BEARER = 'bearer';

/** The API's description in OpenAPI 3.1, from the schemas that check its requests. */
export function describeApi(endpoints: readonly Endpoint[]): unknown {
  const description = new OpenAPIHono();
  description.openAPIRegistry.registerComponent('securitySchemes', BEARER, {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token whose subject is the buyer. With the role `operator` it may act for any buyer.',
  });
  for (const endpoint of endpoints) description.openAPIRegistry.registerPath(routeOf(endpoint));
  const document = description.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Box Office',
      version: '1',
      description:
        'Sells tickets: never one that it does not have, never for a payment that it does not keep, and never twice ' +
        'for one idempotency key. Errors are problem details (RFC 9457); every answer has an `X-Request-Id`.',
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Purchases', description: 'Buying tickets and reading what was bought.' },
      { name: 'Tickets', description: 'Tickets with the codes that open doors.' },
      { name: 'Doors', description: 'For tokens with the role `door`, and for operators.' },
      { name: 'Holds', description: 'Holding tickets for some minutes before they are bought.' },
      { name: 'Contact', description: 'Contacts of buyers, their mails and guest links.' },
      { name: 'Events', description: 'What is for sale.' },
      { name: 'Operators', description: 'For tokens with the role `operator`.' },
      { name: 'Webhooks', description: 'Endpoints of integrators, for tokens with the role `operator`.' },
    ],
  });
  const copy = JSON.parse(JSON.stringify(document), withoutFlags) as Parameters<typeof shareComponents>[0];
  const names = new Map(endpoints.map((one) => [`${one.method} ${one.path}`, problemResponseNames(one)]));
  shareComponents(copy, (method, path) => names.get(`${method} ${path}`));
  return copy;
}

/** The generator appends a pattern's flags. JSON Schema has no flags: every pattern is read with `u`. */
const withoutFlags = (key: string, value: unknown): unknown =>
  key === 'pattern' && typeof value === 'string' ? value.replace(/\/u$/, '') : value;

function routeOf(endpoint: Endpoint): RouteConfig {
  const { method, path, access, documentation } = endpoint;
  const responses = { ...documentation.responses, ...problemResponses(endpoint) };
  return {
    ...documentation,
    ...withExample(endpoint),
    operationId: operationIdOf(method, path),
    method,
    path,
    ...(access === 'public' ? { security: [] } : { security: [{ [BEARER]: [] }] }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [
        status,
        { ...response, headers: { ...documented(response), ...headersOf(endpoint, Number(status)) } },
      ]),
    ) as RouteConfig['responses'],
  };
}

/** The headers that an endpoint describes itself. */
const documented = (response: object): object =>
  'headers' in response && typeof response.headers === 'object' ? { ...response.headers } : {};

/** `POST /api/events/{id}/cancel` is `postEventsByIdCancel`: stable as long as method and path are. */
function operationIdOf(method: string, path: string): string {
  const words = path.split(/[/-]/).filter((word) => word !== '' && word !== 'api');
  const named = words.map((word) => word.replace(/^\{(.*)\}$/, 'by $1').split(' '));
  return (
    method +
    named
      .flat()
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join('')
  );
}

/** The request with its example body, if there is one. */
function withExample({ method, path, documentation }: Endpoint): Pick<RouteConfig, 'request'> {
  const { request } = documentation;
  const example = BODY_EXAMPLES[`${method} ${path}`];
  const json = request?.body?.content['application/json'];
  if (request?.body === undefined || json === undefined || example === undefined) return {};
  return { request: { ...request, body: { ...request.body, content: { 'application/json': { ...json, example } } } } };
}

/** The guard of every endpoint refuses some roles. */
const forbidden = ({ problems }: Endpoint): ProblemType[] => (problems.includes('forbidden') ? [] : ['forbidden']);

function problemsByStatus(endpoint: Endpoint): Map<number, ProblemType[]> {
  const common: ProblemType[] =
    endpoint.access === 'public'
      ? ['rate-limited', 'internal-error']
      : ['unauthenticated', ...forbidden(endpoint), 'rate-limited', 'internal-error'];
  const byStatus = new Map<number, ProblemType[]>();
  for (const type of [...common, ...endpoint.problems]) {
    const [status] = PROBLEMS[type];
    byStatus.set(status, [...(byStatus.get(status) ?? []), type]);
  }
  return byStatus;
}

/** One response for each status, naming the problems that share it. */
const problemResponses = (endpoint: Endpoint): RouteConfig['responses'] =>
  Object.fromEntries(
    [...problemsByStatus(endpoint)].map(([status, same]) => [
      status,
      {
        description: same.map((type) => `[${PROBLEMS[type][1]}](${problemUri(type)})`).join(' · '),
        content: { 'application/problem+json': { schema: problemDetails } },
      },
    ]),
  );

/** By status: the problems, and `keyed` where the response may repeat an earlier one. */
const problemResponseNames = (endpoint: Endpoint): Map<number, string> =>
  new Map(
    [...problemsByStatus(endpoint)].map(([status, same]) => {
      const isKeyed = 'Idempotent-Replayed' in headersOf(endpoint, status);
      return [status, [...same, ...(isKeyed ? ['keyed'] : [])].join('.')];
    }),
  );
