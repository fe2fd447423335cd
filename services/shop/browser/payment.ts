// Pays with Stripe's Payment Element. What the buyer enters there goes to Stripe alone; the form gets a ConfirmationToken.
import type { Appearance, Stripe, StripeElementLocale } from '@stripe/stripe-js';

/** A colour of the page as Stripe.js reads it. */
function rgbOf(color: string): string {
  const canvas = document.createElement('canvas').getContext('2d');
  if (!canvas) return color;
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

/** The look of the page, in its present theme. */
function appearance(): Appearance {
  const page = getComputedStyle(document.documentElement);
  const color = (name: string): string => rgbOf(page.getPropertyValue(name));
  return {
    variables: {
      colorPrimary: color('--accent'),
      colorBackground: color('--raised'),
      colorText: color('--text'),
      colorTextSecondary: color('--muted'),
      colorDanger: color('--bad'),
      borderRadius: '10px',
      fontFamily: 'system-ui, sans-serif',
    },
  };
}

/** Stripe.js for a part of the page; says so there if it could not be loaded. */
function stripeFor(box: HTMLElement, key: string): { stripe: Stripe | undefined; say: (text: string) => void } {
  const place = box.querySelector('[data-payment-error]');
  const say = (text: string): void => {
    if (place) place.textContent = text;
  };
  const locale = document.documentElement.lang as StripeElementLocale;
  const stripe = window.Stripe?.(key, { locale });
  if (!stripe) say(box.dataset['failed'] ?? '');
  return { stripe, say };
}

/** Shows the Payment Element, and sends the form when Stripe has made a ConfirmationToken of what was entered. */
function showPaymentElement(box: HTMLElement): void {
  const form = box.closest('form');
  const method = form?.querySelector<HTMLInputElement>('input[name="method"]');
  const place = box.querySelector<HTMLElement>('[data-place]');
  if (!form || !method || !place) return;
  // The answer to a request is not known: the form repeats just that request.
  if (method.value !== '') {
    box.hidden = true;
    return;
  }
  const { paymentElement: key = '', amount, currency = '', returnUrl = '', failed = '' } = box.dataset;
  const { stripe, say } = stripeFor(box, key);
  if (!stripe) {
    box.querySelector('[data-loading]')?.remove();
    // Without what it would pay with, the form is not sent.
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      form.dispatchEvent(new Event('refused'));
    });
    return;
  }
  const options = { mode: 'payment', amount: Number(amount), currency, captureMethod: 'manual' } as const;
  const elements = stripe.elements({ ...options, appearance: appearance() });
  const element = elements.create('payment');
  element.on('ready', () => box.querySelector('[data-loading]')?.remove());
  element.on('loaderror', () => say(failed));
  element.mount(place);

  const refuse = (text: string): void => {
    say(text);
    form.dispatchEvent(new Event('refused'));
    element.focus();
  };
  const send = async (): Promise<void> => {
    const checked = await elements.submit();
    if (checked.error) {
      refuse(checked.error.message ?? failed);
      return;
    }
    const made = await stripe.createConfirmationToken({ elements, params: { return_url: returnUrl } });
    if (made.error) {
      refuse(made.error.message ?? failed);
      return;
    }
    method.value = made.confirmationToken.id;
    form.submit();
  };
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    say('');
    send().catch(() => refuse(failed));
  });
  // A page that comes back from the browser's memory: its token may have been used.
  addEventListener('pageshow', (event) => event.persisted && (method.value = ''));
}

/** Lets Stripe.js do with the buyer what the bank requires, at once and when asked again. */
function confirmWithBank(box: HTMLElement): void {
  const { nextAction: key = '', clientSecret = '', returnUrl = '', failed = '' } = box.dataset;
  const { stripe, say } = stripeFor(box, key);
  if (!stripe) return;
  const confirm = (): void => {
    say('');
    // However it ends, the purchase looks at the payment.
    stripe.handleNextAction({ clientSecret }).then(
      () => location.assign(returnUrl),
      () => say(failed),
    );
  };
  box.querySelector('button')?.addEventListener('click', confirm);
  confirm();
}

document.querySelectorAll<HTMLElement>('[data-payment-element]').forEach(showPaymentElement);
document.querySelectorAll<HTMLElement>('[data-next-action]').forEach(confirmWithBank);
