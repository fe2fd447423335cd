import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badFormsOf } from '../support/bad-forms.js';
import { createPageVisitor, createShopVisitor, type PageVisitor } from '../support/shop-visitor.js';
import { SERVICES_WITH_PAGES, startTestSystem, type TestSystem } from '../support/test-system.js';

const ANN = { name: 'Ann Lee', email: 'ann@example.com' };
const BAD_IDS = ['none', '%00', '%E0%A4%A', '..%2f..', 'x'.repeat(6_000), randomUUID()];

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem(SERVICES_WITH_PAGES);
});
afterAll(() => system?.close());

/** Sends the form in each wrong way. @returns what was answered as a failure */
async function failuresOf(visitor: PageVisitor, path: string, fields: Readonly<Record<string, string>>) {
  const failures: string[] = [];
  for (const { fault, init } of badFormsOf(fields)) {
    const response = await visitor.request(path, init);
    await response.arrayBuffer();
    if (response.status >= 500) failures.push(`${path} (${fault}): ${response.status}`);
  }
  return failures;
}

async function failuresAt(visitor: PageVisitor, paths: readonly string[]) {
  const failures: string[] = [];
  for (const path of paths) {
    const response = await visitor.request(path);
    await response.arrayBuffer();
    if (response.status >= 500) failures.push(`${path}: ${response.status}`);
  }
  return failures;
}

describe('the shop', () => {
  it('answers no bad form and no bad address as a failure of its own', async () => {
    const event = await system.createEvent({ total: 100 });
    const visitor = createShopVisitor(system.services.shop[0]?.url ?? '');
    const [order, another] = [await visitor.buy(event.id, ANN), await visitor.buy(event.id, ANN)];
    const html = await (await visitor.request(another)).text();
    const [, ticket = ''] = /href="\/tickets\/([\w-]+)\/give-away"/.exec(html) ?? [];
    expect(ticket).not.toBe('');
    const checkout = await visitor.hold(event.id);
    const key = randomUUID();
    const forms: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      [`/events/${event.id}/hold`, { key, 'quantity.standard': '1', more: 'quantity.standard' }],
      [checkout, { key, method: 'pm_approve', amount: '2500', ...ANN }],
      [`${checkout}/release`, { event: event.id }],
      [`${order}/mail`, {}],
      ['/contact', { order: order.split('/').at(-1) ?? '', ...ANN }],
      [`/tickets/${ticket}/give-away`, {}],
      [`/tickets/${ticket}/give-away/withdraw`, {}],
      [`/tickets/${ticket}/mail`, {}],
      ['/contact', { ticket, ...ANN }],
      ['/transfer', { code: 'x', ...ANN }],
      ['/find-orders', { email: ANN.email }],
      ['/guest-link', { token: 'x' }],
      ['/language', { language: 'de', back: '/' }],
      [`${another}/cancel`, { ticket, refund: '2500' }],
      ['/sign-out', {}],
      ['/sign-in', { back: '/' }],
    ];
    const failures: string[] = [];
    for (const [path, fields] of forms) failures.push(...(await failuresOf(visitor, path, fields)));
    const addresses = BAD_IDS.flatMap((id) => [
      ...['', '/picture.svg', '/calendar.ics', '/sale.ics'].map((part) => `/events/${id}${part}`),
      ...['', '/return', '/tickets.pdf', '/receipts', '/status', '/cancel'].map((part) => `/orders/${id}${part}`),
      `/checkout/${id}`,
      `/checkout/${id}/return`,
      ...['', '/give-away', '/ticket.pdf'].map((part) => `/tickets/${id}${part}`),
      `/orders?after=${id}`,
      `/transfer?code=${id}`,
      `/guest-link?token=${id}`,
      `/contact?order=${id}`,
      `/orders?received=${id}`,
      `/contact?ticket=${id}`,
      `${order}/cancel?ticket=${id}`,
      `${order}?hold=${id}`,
      `/?q=${id}&show=${id}`,
      `/sign-in?back=${id}`,
      `/events/${event.id}?key=${id}&quantity.standard=${id}`,
    ]);
    expect([...failures, ...(await failuresAt(visitor, addresses))]).toEqual([]);
  });
});

describe('the door', () => {
  it('answers no bad form and no bad address as a failure of its own', async () => {
    const event = await system.createEvent({ total: 10 });
    const url = system.services.console[0]?.url ?? '';
    const visitor = createPageVisitor(url);
    expect((await visitor.request('/sign-in', { method: 'POST', body: new URLSearchParams() })).status).toBe(303);
    const door = `?${new URLSearchParams({ event: event.id, gate: 'North' }).toString()}`;
    const found = { key: randomUUID(), ticketId: randomUUID(), version: '1', text: 'ann' };
    const forms: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      [`/door${door}`, { key: randomUUID(), code: 'x' }],
      [`/door/search${door}`, { text: 'ann', after: randomUUID() }],
      [`/door/admit${door}`, found],
      [`/door/undo${door}`, { checkIn: randomUUID(), reason: 'By mistake' }],
      ['/door/settle', { event: event.id, checkIns: '1' }],
      ['/language', { language: 'de', back: '/' }],
    ];
    const failures: string[] = [];
    for (const [path, fields] of forms) failures.push(...(await failuresOf(visitor, path, fields)));
    const checkIns = [{ key: 'x', code: '\ud800', gate: 'North', admittedAt: 'now' }];
    for (const body of [
      { event: event.id, checkIns },
      { event: '\ud800', checkIns },
      { event: 'none', checkIns },
    ]) {
      const headers = { 'content-type': 'application/json' };
      const { status } = await visitor.request('/door/settle', { method: 'POST', headers, body: JSON.stringify(body) });
      if (status >= 500) failures.push(`/door/settle: ${status}`);
    }
    const addresses = BAD_IDS.flatMap((id) => [
      `/door?event=${id}&gate=North`,
      `/door?event=${event.id}&gate=${id}`,
      `/door/list?event=${id}`,
      `/door/list?event=${event.id}&since=${id}`,
      `/door/list?event=${event.id}&after=${id}`,
      `/door/${id}`,
    ]);
    expect([...failures, ...(await failuresAt(visitor, addresses))]).toEqual([]);
  });
});
