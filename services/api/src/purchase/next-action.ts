import type { NextAction } from '@box-office/contract';
import type { PurchaseRow } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { instant } from '../http/schemas.js';

const until = instant.openapi({ description: 'After this the purchase is given up as declined.' });

/** What the buyer has to do before the purchase can be paid. */
export const nextAction = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('redirect_to_url'),
      url: z.url().openapi({ description: 'Send the buyer here. The buyer comes back to `payment.returnUrl`.' }),
      until,
    }),
    z.object({
      kind: z.literal('use_stripe_sdk'),
      clientSecret: z.string().openapi({ description: 'For `stripe.handleNextAction` of Stripe.js.' }),
      until,
    }),
  ])
  .openapi('NextAction');

/** What the purchase waits for its buyer to do at this moment. */
export function currentActionOf({ nextAction: action }: Pick<PurchaseRow, 'nextAction'>): NextAction | undefined {
  return action !== null && Date.parse(action.until) > Date.now() ? action : undefined;
}
