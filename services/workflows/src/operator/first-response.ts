import { mdText, type Markdown } from '@box-office/contract';
import type { BoxOfficeActivities } from '../activities.js';
import { handbookEntry } from './handbook.js';

type Server = 'Redis' | 'PostgreSQL' | 'RabbitMQ';

/** Activities that wait for a server which many others need too. */
const SERVER_OF: Partial<Record<keyof BoxOfficeActivities, Server>> = {
  reserve: 'Redis',
  rebuildInventories: 'Redis',
  settle: 'Redis',
  releaseCapacity: 'Redis',
  returnTickets: 'Redis',
  takeHold: 'Redis',
  endHold: 'Redis',
  publish: 'RabbitMQ',
  publishCancellations: 'RabbitMQ',
};

/** Activities that wait for the payment provider, each with what can be decided about it. */
const PAYMENT_STEPS: Partial<Record<keyof BoxOfficeActivities, Markdown>> = {
  authorise: mdText`If only this purchase waits, name another payment method with \`purchase correct\` (refused once its tickets are recorded), or undo it with \`purchase compensate\`.`,
  capture: mdText`If only this purchase waits, ask the provider whether it took the money, then \`purchase retry\` or \`purchase compensate\`.`,
  undoPayment: mdText`If only this purchase waits, void or pay back at the provider by hand, then \`purchase skip\`.`,
  refund: mdText`If only this one waits, pay back at the provider by hand, then \`purchase skip\`.`,
  refundAll: mdText`No decision is needed: it continues when the provider answers.`,
};

/** What an operator does first about a step that fails, and its entry in the handbook. */
export function firstResponse(step: keyof BoxOfficeActivities): {
  readonly doFirst: Markdown;
  readonly entry: Markdown;
} {
  const decision = PAYMENT_STEPS[step];
  if (decision) {
    const doFirst = mdText`See with \`box-office status\` whether the payment provider answers. The step continues without a decision when it does. ${decision}`;
    return { doFirst, entry: handbookEntry(`step-${step.toLowerCase()}`) };
  }
  // Everything else reads or writes the record.
  const server = SERVER_OF[step] ?? 'PostgreSQL';
  const names = {
    Redis: mdText`Redis`,
    PostgreSQL: mdText`PostgreSQL`,
    RabbitMQ: mdText`RabbitMQ`,
  } as const;
  return {
    doFirst: mdText`See with \`box-office status\` whether ${names[server]} answers. The step continues without a decision when it does.`,
    entry: handbookEntry(`server-${server.toLowerCase()}`),
  };
}
