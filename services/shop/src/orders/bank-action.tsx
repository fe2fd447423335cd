import type { Schema } from '@box-office/api-client';
import { Message } from '@box-office/ui';
import type { Event } from '@box-office/web';
import { Deadline } from '../http/deadline.js';
import type { StripeForm } from '../http/stripe-script.js';
import type { View } from '../http/view.js';

type NextAction = NonNullable<Schema<'Purchase'>['nextAction']>;

/** What the buyer has to do before anything is charged: at a page of the bank, or in this page with Stripe.js. */
export function BankAction(p: {
  v: View;
  action: NextAction;
  event: Event;
  /** Where payments are made with Stripe.js. */
  stripe: StripeForm | undefined;
  /** Where the buyer goes after the action. */
  returnPath: string;
}) {
  const { v, action, stripe } = p;
  const { t } = v;
  return (
    <Message tone="warn" title={t.order.actionTitle}>
      <p>
        <Deadline v={v} at={action.until} timeZone={p.event.timeZone} timeOnly text={t.order.actionText} />
      </p>
      {action.kind === 'redirect_to_url' ? (
        <p>
          <a class="button" href={action.url}>
            {t.order.actionButton}
          </a>
        </p>
      ) : (
        <div
          data-next-action={stripe?.publishableKey ?? ''}
          data-client-secret={action.clientSecret}
          data-return-url={p.returnPath}
          data-failed={t.checkout.stripeFailed}
        >
          <p class="js-only">
            <button type="button" class="button">
              {t.order.actionButton}
            </button>
          </p>
          <p class="field-error" role="alert" data-payment-error></p>
          <noscript>{t.checkout.needsScript}</noscript>
        </div>
      )}
    </Message>
  );
}
