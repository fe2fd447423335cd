import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AMOUNT, openSimulator, type Simulation } from './testing/simulation.js';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await openSimulator();
});
afterAll(() => simulation.close());

async function tokenFor(method: string): Promise<string> {
  const path = '/v1/test_helpers/confirmation_tokens';
  const { body } = await simulation.api('POST', path, { payment_method: method });
  return (body as { id: string }).id;
}

const requestWith = (method: string) => ({
  key: randomUUID(),
  amountMinor: AMOUNT,
  currency: 'EUR',
  method,
  purchaseId: randomUUID(),
  returnUrl: 'https://shop.example/back',
});

/** The tokens of a card as the frame of the Payment Element requests them. */
const exchange = (number: string, key = 'pk_test_simulator') =>
  fetch(`${simulation.simulator.url}/confirmation_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: new URLSearchParams({ 'payment_method_data[type]': 'card', 'payment_method_data[card][number]': number }),
  });

describe('a ConfirmationToken', () => {
  it('authorises once; the same request again is the same authorisation, another one is declined', async () => {
    const request = requestWith(await tokenFor('pm_card_visa'));
    const first = await simulation.payments.authorise(request);
    expect(first.kind).toBe('authorised');
    expect(await simulation.payments.authorise(request)).toEqual(first);
    expect(await simulation.payments.authorise({ ...request, key: randomUUID() })).toEqual({
      kind: 'declined',
      reason: 'invalid_payment_method',
      declineCode: 'resource_missing',
    });
  });

  it('is declined as its card is', async () => {
    const request = requestWith(await tokenFor('pm_card_chargeDeclinedInsufficientFunds'));
    expect(await simulation.payments.authorise(request)).toMatchObject({ declineCode: 'insufficient_funds' });
  });

  it('of a card that has to be authenticated continues with Stripe.js, in the browser that made it', async () => {
    const request = requestWith(await tokenFor('pm_card_authenticationRequired'));
    const answer = await simulation.payments.authorise(request);
    if (answer.kind !== 'requires_action') throw new Error(answer.kind);
    const clientSecret = `${answer.authorisationId}_secret_simulated`;
    expect(answer.action).toEqual({ kind: 'use_stripe_sdk', clientSecret });
    const { url } = simulation.simulator;
    const path = `/authenticate/${answer.authorisationId}`;
    const query = `?client_secret=${clientSecret}&framed=true`;
    expect(await (await fetch(`${url}${path}${query}`)).text()).toContain('Complete authentication');
    const done = await fetch(`${url}${path}/complete${query}`, { method: 'POST', redirect: 'manual' });
    expect(await done.text()).toContain('postMessage');
    const read = { ...request, authorisationId: answer.authorisationId };
    expect((await simulation.payments.readAuthorisation(read)).kind).toBe('authorised');
  });

  it('is given for the number of a test card, to the publishable key alone', async () => {
    const given = await exchange('4242 4242 4242 4242');
    const { id } = (await given.json()) as { id: string };
    expect((await simulation.payments.authorise(requestWith(id))).kind).toBe('authorised');
    expect((await exchange('4111111111111112')).status).toBe(400);
    expect((await exchange('4242424242424242', 'sk_test_simulator')).status).toBe(401);
  });

  it('that no one was given is declined', async () => {
    const request = requestWith('ctoken_unknown');
    expect(await simulation.payments.authorise(request)).toMatchObject({ reason: 'invalid_payment_method' });
  });
});
