import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Effect, Ledger } from './ledger.js';
import type { Intent } from './intent.js';
import { clientSecretOf, paymentIntentOf } from './render.js';

/**
 * Adds the page at which a buyer authenticates, in place of the bank's. It then sends the buyer back with the parameters that
 * Stripe adds to a `return_url`.
 */
export function addAuthenticationPage(
  app: Hono,
  o: {
    ledger: Ledger;
    settled: () => Promise<void>;
    authenticate: (id: string, isCompleted: boolean) => Effect | undefined;
  },
): void {
  const find = (id: string, secret: string | undefined): Intent | undefined => {
    const intent = o.ledger.find(id);
    return intent?.action && secret === clientSecretOf(intent) ? intent : undefined;
  };

  app.get('/authenticate/:id', (c) => {
    const secret = c.req.query('client_secret');
    const intent = find(c.req.param('id'), secret);
    if (!intent) return c.notFound();
    const { status, amount, currency } = paymentIntentOf(intent);
    if (status !== 'requires_action') return goBack(c, intent);
    const button = (result: string, text: string) =>
      html`<form method="post" action="/authenticate/${intent.id}/${result}${new URL(c.req.url).search}">
        <button>${text}</button>
      </form>`;
    return c.html(
      html`<!doctype html>
        <html lang="en">
          <title>Payment simulator: authentication</title>
          <h1>Authenticate a payment</h1>
          <p>Amount: ${amount} ${currency.toUpperCase()} in Stripe's smallest units. No money is moved.</p>
          ${button('complete', 'Complete authentication')} ${button('fail', 'Fail authentication')}
        </html>`,
    );
  });

  app.post('/authenticate/:id/:result{complete|fail}', async (c) => {
    const intent = find(c.req.param('id'), c.req.query('client_secret'));
    if (!intent) return c.notFound();
    o.authenticate(intent.id, c.req.param('result') === 'complete');
    await o.settled();
    return goBack(c, o.ledger.find(intent.id) ?? intent);
  });
}

/** To the shop, which has the page in a frame if Stripe.js handles the action. */
const goBack = (c: Context, intent: Intent): Response | Promise<Response> =>
  c.req.query('framed') === undefined
    ? c.redirect(returnUrlOf(intent), 303)
    : c.html(
        html`<script>
          parent.postMessage('authenticated', '*');
        </script>`,
      );

function returnUrlOf(intent: Intent): string {
  const url = new URL(intent.action?.returnUrl ?? '');
  const { status } = paymentIntentOf(intent);
  url.searchParams.set('payment_intent', intent.id);
  url.searchParams.set('payment_intent_client_secret', clientSecretOf(intent));
  url.searchParams.set(
    'redirect_status',
    status === 'requires_capture' || status === 'succeeded' ? 'succeeded' : 'failed',
  );
  return url.href;
}
