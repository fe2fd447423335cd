import { readFileSync } from 'node:fs';
import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { confirmationTokenOf, methodOfCard } from './confirmation-tokens.js';
import { parseForm } from './form.js';
import { checked, confirmationTokenParams } from './requests.js';

const PUBLISHABLE_KEY = /^Bearer pk_test_\w+$/;

/**
 * Adds what a browser needs to pay: a script in the place of Stripe.js, the frame of its Payment Element, in which the card
 * is typed, and the ConfirmationTokens for which the frame exchanges it. No card's number leaves this origin.
 */
export function addElements(app: Hono): void {
  for (const name of ['stripe.js', 'element.js']) {
    const script = readFileSync(new URL(`../dist/browser/${name}`, import.meta.url), 'utf8');
    app.get(`/${name}`, (c) => c.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  }

  app.get('/element', (c) =>
    c.html(
      html`<!doctype html>
        <html lang="en">
          <meta name="viewport" content="width=device-width" />
          <title>Payment simulator: card</title>
          <style>
            body {
              margin: 0;
              font: 16px system-ui;
              color-scheme: light dark;
            }
            label {
              display: block;
              font-size: 14px;
            }
            input {
              box-sizing: border-box;
              width: 100%;
              padding: 12px;
              font: inherit;
            }
          </style>
          <label for="number">Card number</label>
          <input id="number" inputmode="numeric" autocomplete="cc-number" placeholder="4242 4242 4242 4242" />
          <script type="module" src="/element.js"></script>
        </html>`,
    ),
  );

  const create = async (c: Context): Promise<Response> => {
    const params = checked(confirmationTokenParams, parseForm(await c.req.text()));
    const { payment_method: method, payment_method_data: data, return_url: returnUrl } = params;
    return c.json(confirmationTokenOf(method ?? methodOfCard(data?.card.number ?? ''), returnUrl));
  };
  app.post('/v1/test_helpers/confirmation_tokens', create);
  // Outside of /v1: the publishable key opens nothing else.
  app.post('/confirmation_tokens', (c) =>
    PUBLISHABLE_KEY.test(c.req.header('authorization') ?? '')
      ? create(c)
      : c.json({ error: { type: 'invalid_request_error', message: 'Invalid API Key: use pk_test_…' } }, 401),
  );
}
