import { contentSecurityPolicy, type ForeignSources } from '@box-office/web';
import { STRIPE_JS, type PaymentForm } from '../config.js';
import type { ShopContext, View } from './view.js';

export const PAYMENT_SCRIPT = 'payment.js';

export type StripeForm = Extract<PaymentForm, { kind: 'stripe' }>;

/** What Stripe.js needs (https://docs.stripe.com/security/guide#content-security-policy). */
const AT_STRIPE: ForeignSources = {
  script: 'https://js.stripe.com https://*.js.stripe.com',
  frame: 'https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com',
  connect: 'https://api.stripe.com',
  img: 'https://*.stripe.com',
};

/** Lets this page, and no other, load Stripe.js and what it shows, windows of wallets included. */
export function allowStripe(c: ShopContext, { scriptUrl }: StripeForm): void {
  const { origin } = new URL(scriptUrl);
  const sources = scriptUrl === STRIPE_JS ? AT_STRIPE : { script: origin, frame: origin, connect: origin, img: origin };
  c.header('Content-Security-Policy', contentSecurityPolicy(sources));
  c.header('Cross-Origin-Opener-Policy', 'same-origin-allow-popups');
}

/** For the head of a page on which Stripe.js has something to do. */
export const StripeScripts = ({ v, form }: { v: View; form: StripeForm }) => (
  <>
    <script defer src={form.scriptUrl}></script>
    <script type="module" src={v.assets.url(PAYMENT_SCRIPT)}></script>
  </>
);
