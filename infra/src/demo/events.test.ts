import { readdirSync, readFileSync } from 'node:fs';
import type { ApiClient } from '@box-office/api-client';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.js';
import { sellDemoTickets } from './events.js';

const NOW = new Date('2030-01-01T12:00:00Z');

/** A gateway with one event of the catalogue, of which nothing is sold yet; it answers the n-th purchase with `answers[n]`. */
function gatewayThatAnswers(answers: readonly number[]) {
  const [plan] = CATALOGUE;
  const events = [
    {
      id: '1',
      name: plan?.name,
      status: 'on_sale',
      startsAt: '2030-03-01T19:00:00Z',
      limitPerBuyer: 60,
      ticketTypes: plan?.ticketTypes.map(({ name, total }) => ({ name, total, available: total })),
    },
  ];
  const methods: string[] = [];
  const client = {
    GET: () => Promise.resolve({ data: { events, next: null }, response: new Response() }),
    POST: (_: string, { body }: { body: { payment: { method: string } } }) => {
      const status = answers[methods.length] ?? 500;
      methods.push(body.payment.method);
      const answer = status === 201 ? { data: {} } : { error: { title: 'Payment declined' } };
      return Promise.resolve({ ...answer, response: new Response(null, { status }) });
    },
  };
  return { client: client as unknown as ApiClient, methods };
}

describe('the sale to demo guests', () => {
  it('continues after a refusal, which no later start could change, and reports it', async () => {
    const { client, methods } = gatewayThatAnswers([402, 201]);
    const warnings: string[] = [];
    await sellDemoTickets(client, NOW, { info: () => undefined, warn: (line) => void warnings.push(line) });
    expect(methods).toHaveLength(2);
    expect(warnings).toEqual(['Harbour Lights Open Air: sales to demo guests refused: 1 (402 Payment declined)']);
  });
});

it('the demo pays with methods that Stripe knows, too', () => {
  const folder = new URL('./', import.meta.url);
  const texts = readdirSync(folder).map((name) =>
    name.endsWith('.test.ts') ? '' : readFileSync(new URL(name, folder), 'utf8'),
  );
  const methods = texts.join('\n').match(/\bpm_\w+/g) ?? [];
  expect(methods).not.toEqual([]);
  expect(methods.filter((method) => !method.startsWith('pm_card_'))).toEqual([]);
});
