import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AMOUNT, openSimulator, type Simulation } from './testing/simulation.js';

const AUTHENTICATION = 'pm_card_authenticationRequired';
const RETURN_URL = 'https://shop.example/back?key=1';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await openSimulator();
});
afterAll(() => simulation.close());

const requestWith = (method: string) => ({
  key: randomUUID(),
  amountMinor: AMOUNT,
  currency: 'EUR',
  method,
  purchaseId: randomUUID(),
  returnUrl: RETURN_URL,
});

/** An authorisation that waits for its buyer. */
async function begin(method = AUTHENTICATION) {
  const { payments } = simulation;
  const request = requestWith(method);
  const answer = await payments.authorise(request);
  if (answer.kind !== 'requires_action' || answer.action.kind !== 'redirect_to_url') throw new Error(answer.kind);
  const { authorisationId, action } = answer;
  const pathOf = (result: string): string => action.url.replace('?', `/${result}?`);
  return {
    request,
    authorisationId,
    url: action.url,
    read: () => payments.readAuthorisation({ ...request, authorisationId }),
    act: async (result: 'complete' | 'fail') => {
      const { headers } = await fetch(pathOf(result), { method: 'POST', redirect: 'manual' });
      return new URL(headers.get('location') ?? '').searchParams.get('redirect_status');
    },
  };
}

describe('an authorisation that requires the buyer', () => {
  it('reserves nothing until the buyer has completed it on the page, and is then captured once', async () => {
    const { request, authorisationId, read, act, url } = await begin();
    expect(await (await fetch(url)).text()).toContain('Complete authentication');
    expect(await read()).toMatchObject({ kind: 'requires_action', authorisationId, action: { url } });
    expect(await simulation.payments.authorise(request)).toMatchObject({ kind: 'requires_action', authorisationId });
    expect(await act('complete')).toBe('succeeded');
    expect(await read()).toEqual({ kind: 'authorised', authorisationId });
    // The key replays the first answer; the intent says what is the case.
    expect(await simulation.payments.authorise(request)).toEqual({ kind: 'authorised', authorisationId });
    expect(await act('fail')).toBe('succeeded');
    expect(await simulation.payments.capture({ key: randomUUID(), authorisationId })).toEqual({ kind: 'captured' });
  });

  it.each([
    ['failed', AUTHENTICATION, 'fail', 'payment_intent_authentication_failure'],
    ['declined by the bank afterwards', `${AUTHENTICATION}+decline_lost_card`, 'complete', 'card_declined'],
  ] as const)('is declined and cancelled when it is %s', async (_, method, result, reason) => {
    const { read, act, authorisationId } = await begin(method);
    expect(await act(result)).toBe('failed');
    expect(await read()).toMatchObject({ kind: 'declined', reason });
    expect(await simulation.api('GET', `/v1/payment_intents/${authorisationId}`, {})).toMatchObject({
      body: { status: 'canceled', next_action: null },
    });
  });

  it('can be voided while it waits, and the buyer can do nothing any more', async () => {
    const { read, act, authorisationId } = await begin();
    expect(await simulation.payments.void({ key: randomUUID(), authorisationId })).toEqual({ kind: 'voided' });
    expect(await act('complete')).toBe('failed');
    expect(await read()).toMatchObject({ kind: 'declined' });
  });

  it('is reversed by its key like any other', async () => {
    const { request, act } = await begin();
    expect(await simulation.payments.reverse(request)).toEqual({ kind: 'reversed' });
    expect(await act('complete')).toBe('failed');
  });

  it('has a page for the holder of its client secret alone', async () => {
    const { url } = await begin();
    expect((await fetch(url.replace('simulated', 'guessed'))).status).toBe(404);
  });
});
