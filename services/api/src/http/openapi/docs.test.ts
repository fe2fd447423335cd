import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEMS, problemUri, type ProblemType } from '../problems.js';
import { openTestGateway, tokenOf, type TestGateway } from '../../testing/gateway.js';

interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
}

/** The API's description with its shared responses in their places. */
async function descriptionOf(test: TestGateway): Promise<Description> {
  const text = await (await test.request('GET', '/openapi.json')).text();
  const { components } = JSON.parse(text) as { components: { responses: Record<string, unknown> } };
  return JSON.parse(text, (_, value: { $ref?: unknown } | null) => {
    const [, name] = /^#\/components\/responses\/(.*)$/.exec(String(value?.$ref)) ?? [];
    return name === undefined ? value : components.responses[name];
  }) as Description;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Record<string, { readonly example?: unknown }> };
  readonly summary: string;
  readonly security: readonly unknown[];
  readonly responses: Record<
    string,
    { readonly content: Record<string, unknown>; readonly headers: Record<string, unknown> }
  >;
}

const OPERATIONS = [
  'DELETE /api/contact',
  'DELETE /api/operations/webhooks/{id}',
  'DELETE /api/tickets/holds/{id}',
  'GET /api/cancellations/{id}',
  'GET /api/contact',
  'GET /api/events',
  'GET /api/events/{id}',
  'GET /api/events/{id}/admissions',
  'GET /api/events/{id}/cancellation',
  'GET /api/events/{id}/door-list',
  'GET /api/events/{id}/statistics',
  'GET /api/operations/attention',
  'GET /api/operations/findings',
  'GET /api/operations/purchases/{id}',
  'GET /api/operations/rebuild/{id}',
  'GET /api/operations/reconciliation/{id}',
  'GET /api/operations/webhooks',
  'GET /api/operations/webhooks/{id}',
  'GET /api/operations/webhooks/{id}/attempts',
  'GET /api/purchases',
  'GET /api/purchases/{id}',
  'GET /api/purchases/{id}/mails',
  'GET /api/purchases/{id}/receipts',
  'GET /api/purchases/{id}/refund',
  'GET /api/purchases/{id}/tickets',
  'GET /api/received-tickets',
  'GET /api/ticket-keys',
  'GET /api/tickets/holds',
  'GET /api/tickets/holds/{id}',
  'GET /api/tickets/{id}',
  'GET /api/tickets/{id}/mails',
  'GET /api/transactions/{id}',
  'GET /api/users/{id}/tickets',
  'PATCH /api/events/{id}',
  'PATCH /api/operations/webhooks/{id}',
  'POST /api/check-ins',
  'POST /api/check-ins/batch',
  'POST /api/check-ins/{id}/undo',
  'POST /api/events',
  'POST /api/events/{id}/cancel',
  'POST /api/events/{id}/tickets/search',
  'POST /api/guest-links',
  'POST /api/guest-links/consume',
  'POST /api/operations/contacts/erase',
  'POST /api/operations/contacts/export',
  'POST /api/operations/purchases/{id}/resolve',
  'POST /api/operations/rebuild',
  'POST /api/operations/reconciliation',
  'POST /api/operations/webhooks',
  'POST /api/operations/webhooks/{id}/replay',
  'POST /api/operations/webhooks/{id}/rotate-secret',
  'POST /api/operations/webhooks/{id}/test',
  'POST /api/purchases/{id}/cancel',
  'POST /api/purchases/{id}/mails',
  'POST /api/purchases/{id}/payment-check',
  'POST /api/ticket-transfers',
  'POST /api/ticket-transfers/accept',
  'POST /api/ticket-transfers/show',
  'POST /api/ticket-transfers/withdraw',
  'POST /api/tickets/holds',
  'POST /api/tickets/purchase',
  'POST /api/tickets/{id}/mails',
  'POST /api/webhooks/stripe',
  'PUT /api/contact',
];

describe('documentation', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await openTestGateway();
  });
  afterAll(() => test.close());

  it('describes every endpoint in OpenAPI 3.1 with its schemas, problems and who may use it', async () => {
    const response = await test.request('GET', '/openapi.json');
    const description = (await response.json()) as {
      openapi: string;
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, unknown> };
    };
    expect(description.openapi).toBe('3.1.0');
    const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operations.sort()).toEqual(OPERATIONS);
    const purchase = description.paths['/api/tickets/purchase']?.['post'];
    expect(Object.keys(purchase?.responses ?? {})).toEqual([
      '201',
      '202',
      '400',
      '401',
      '402',
      '403',
      '404',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
    expect(purchase?.security).toEqual([{ bearer: [] }]);
    expect(description.paths['/api/events']?.['get']?.security).toEqual([]);
    expect(Object.keys(description.components.schemas)).toEqual(
      expect.arrayContaining(['PurchaseRequest', 'ConfirmedPurchase', 'Event', 'Problem']),
    );
    const patterns = [...JSON.stringify(description).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
    expect(patterns.length).toBeGreaterThan(5);
    for (const [, pattern] of patterns) expect(JSON.parse(pattern ?? '')).toMatch(/^\^.*\$$/);
    expect(JSON.stringify(description)).not.toMatch(/"\$ref":"(?!#\/components\/)/);
  });

  it('has each header and each response with problems once, as a component that exists', async () => {
    const text = await (await test.request('GET', '/openapi.json')).text();
    const { paths, components } = JSON.parse(text) as Description & {
      components: Record<string, Record<string, object>>;
    };
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    const responses = operations.flatMap((one) => Object.entries(one.responses));
    const refused = responses.filter(([status]) => Number(status) >= 400);
    expect(refused.length).toBeGreaterThan(400);
    expect(refused.filter(([, response]) => !('$ref' in response))).toEqual([]);
    expect(text.match(/"X-Request-Id":\{"description"/g)).toHaveLength(1);
    const refs = [...text.matchAll(/"#\/components\/(responses|headers)\/([^"]*)"/g)];
    for (const [, kind = '', name = ''] of refs) expect(components[kind]).toHaveProperty([name]);
  });

  it('says of each operation that takes a token that it may be refused', async () => {
    const { paths } = await descriptionOf(test);
    const guarded = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .filter(({ security }) => security.length > 0);
    expect(guarded.length).toBeGreaterThan(40);
    for (const { responses } of guarded) expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403']));
  });

  it('documents Location and Retry-After where they are sent', async () => {
    const { paths } = await descriptionOf(test);
    const headersOf = (path: string, status: string) =>
      Object.keys(paths[path]?.['post']?.responses[status]?.headers ?? {});
    expect(headersOf('/api/operations/webhooks', '201')).toContain('Location');
    expect(headersOf('/api/events/{id}/cancel', '202')).toEqual(expect.arrayContaining(['Location', 'Retry-After']));
    expect(paths['/api/events/{id}']?.['get']?.responses['200']?.headers).toHaveProperty('ETag');
    const hooks = '/api/operations/webhooks/{id}';
    for (const path of ['/api/purchases/{id}/mails', '/api/guest-links', `${hooks}/replay`, `${hooks}/test`]) {
      const headers = headersOf(path, '202');
      expect(headers).toContain('X-Request-Id');
      expect(headers).not.toContain('Location');
      expect(headers).not.toContain('Retry-After');
    }
  });

  it('names each operation once, and says which headers its answers have', async () => {
    const { paths } = await descriptionOf(test);
    const all = Object.values(paths).flatMap((methods) => Object.values(methods));
    const ids = all.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^(get|post|put|patch|delete)[A-Z][A-Za-z]+$/);
    expect(ids).toContain('postTicketsPurchase');
    for (const { responses } of all) {
      for (const { headers } of Object.values(responses)) expect(headers).toHaveProperty('X-Request-Id');
      expect(responses['429']?.headers).toMatchObject({ 'Retry-After': {}, RateLimit: {} });
    }
    const purchase = paths['/api/tickets/purchase']?.['post']?.responses;
    expect(purchase?.['201']?.headers).toMatchObject({ Location: {}, 'Idempotent-Replayed': {} });
    expect(purchase?.['202']?.headers).toMatchObject({ Location: {}, 'Retry-After': {} });
  });

  it('gives bodies that work as they are: pasted, the example buys tickets', async () => {
    const { paths } = await descriptionOf(test);
    const exampleOf = (path: string) => {
      const content = paths[path]?.['post']?.requestBody?.content['application/json'];
      return content?.example as Record<string, unknown>;
    };
    const operator = await tokenOf('op', { role: 'operator' });
    const body = exampleOf('/api/events');
    const created = await test.request('POST', '/api/events', { token: operator, body });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    const example = exampleOf('/api/tickets/purchase');
    expect(example).toEqual({ eventId: '1', quantity: 2, payment: { method: 'pm_approve' } });
    expect((await test.buy({ ...example, eventId: id })).status).toBe(201);
    const hold = await test.request('POST', '/api/tickets/holds', {
      token: await tokenOf('hilda'),
      headers: { 'Idempotency-Key': 'pasted' },
      body: { ...exampleOf('/api/tickets/holds'), eventId: id },
    });
    expect(hold.status).toBe(201);
  });

  it('keeps no token in the browser', async () => {
    const script = await (await test.request('GET', '/docs/start.js')).text();
    expect(script).toContain('persistAuthorization: false');
  });

  it('is a page that loads nothing from elsewhere', async () => {
    const response = await test.request('GET', '/docs');
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    const html = await response.text();
    expect(html).not.toMatch(/https?:/);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files).toHaveLength(4);
    for (const file of files) expect((await test.request('GET', file)).status).toBe(200);
    expect((await test.request('GET', '/docs/package.json')).status).toBe(404);
    expect((await test.request('GET', '/docs/..%2fpackage.json')).status).toBe(404);
  });

  it('explains each problem at its type, and only those', async () => {
    for (const type of Object.keys(PROBLEMS) as ProblemType[]) {
      const page = await (await test.request('GET', problemUri(type))).text();
      expect(page).toContain(PROBLEMS[type][1]);
    }
    expect((await test.request('GET', '/problems/constructor')).status).toBe(404);
  });

  it('starts at the index page', async () => {
    const html = await (await test.request('GET', '/')).text();
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links).toContain('/docs');
    for (const link of links) expect((await test.request('GET', link)).status).toBe(200);
  });

  it('counts requests by endpoint for Prometheus', async () => {
    await test.request('GET', '/api/events/nowhere');
    const text = await test.registry.metrics();
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/api/events/{id}",status="404"} 1');
    expect(text).toContain('purchases_waiting 0');
    expect(text).toContain('workflows_needing_attention 0');
  });
});
