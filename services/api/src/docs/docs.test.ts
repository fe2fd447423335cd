import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEMS, problemUri } from '../problems.js';
import type { ProblemType } from '../problems.js';
import { openTestGateway } from '../testing/gateway.js';
import type { TestGateway } from '../testing/gateway.js';

interface Operation {
  readonly summary: string;
  readonly security: readonly unknown[];
  readonly responses: Record<string, { readonly content: Record<string, unknown> }>;
}

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
    expect(operations.sort()).toEqual([
      'DELETE /api/tickets/holds/{id}',
      'GET /api/cancellations/{id}',
      'GET /api/events',
      'GET /api/events/{id}',
      'GET /api/events/{id}/cancellation',
      'GET /api/events/{id}/statistics',
      'GET /api/operations/attention',
      'GET /api/operations/findings',
      'GET /api/operations/rebuild/{id}',
      'GET /api/operations/reconciliation/{id}',
      'GET /api/purchases/{id}',
      'GET /api/tickets/holds/{id}',
      'GET /api/transactions/{id}',
      'GET /api/users/{id}/tickets',
      'PATCH /api/events/{id}',
      'POST /api/events',
      'POST /api/events/{id}/cancel',
      'POST /api/operations/purchases/{id}/resolve',
      'POST /api/operations/rebuild',
      'POST /api/operations/reconciliation',
      'POST /api/purchases/{id}/cancel',
      'POST /api/tickets/holds',
      'POST /api/tickets/purchase',
    ]);
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
    for (const [, link] of html.matchAll(/href="([^"]+)"/g)) {
      expect((await test.request('GET', link ?? '')).status).toBe(200);
    }
  });

  it('counts requests by endpoint for Prometheus', async () => {
    await test.request('GET', '/api/events/nowhere');
    const text = await test.registry.metrics();
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/api/events/{id}",status="404"} 1');
    expect(text).toContain('purchases_waiting 0');
    expect(text).toContain('workflows_needing_attention 0');
  });
});
