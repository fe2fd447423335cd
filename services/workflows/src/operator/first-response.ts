import { mdText, type Markdown } from '@box-office/contract';
import type { BoxOfficeActivities } from '../activities.js';
import { handbookEntry } from './handbook.js';

type Server = 'Redis' | 'PostgreSQL' | 'RabbitMQ';

/** A step that asks the payment provider: what can be decided about it. */
interface PaymentStep {
  readonly waitsFor: Markdown;
  readonly decision: Markdown;
}

const byProvider = (decision: Markdown): PaymentStep => ({
  waitsFor: mdText`the payment provider answers`,
  decision,
});

/** What each activity waits for when it fails: a server that many others need too, or the payment provider. */
const WAITS_FOR: Readonly<Record<keyof BoxOfficeActivities, Server | PaymentStep>> = {
  fastPath: 'PostgreSQL',
  claim: 'PostgreSQL',
  notifyNotStarted: 'Redis',
  reserve: 'Redis',
  rebuildInventories: 'Redis',
  refuse: 'PostgreSQL',
  authorise: byProvider(
    mdText`If only this purchase waits, name another payment method with \`purchase correct\` (refused once its tickets are recorded), or undo it with \`purchase compensate\`.`,
  ),
  persist: 'PostgreSQL',
  authenticate: {
    waitsFor: mdText`the payment provider and PostgreSQL answer`,
    decision: mdText`If only this purchase waits, undo it with \`purchase compensate\`.`,
  },
  capture: byProvider(
    mdText`If only this purchase waits, ask the provider whether it took the money, then \`purchase retry\` or \`purchase compensate\`.`,
  ),
  finalise: 'PostgreSQL',
  settle: 'Redis',
  publish: 'RabbitMQ',
  correctPayment: 'PostgreSQL',
  recordResolution: 'PostgreSQL',
  decideToUndo: 'PostgreSQL',
  undoPayment: byProvider(
    mdText`If only this purchase waits, void or pay back at the provider by hand, then \`purchase skip\`.`,
  ),
  releaseCapacity: 'Redis',
  concludeUndoing: 'PostgreSQL',
  awaitOutcome: 'PostgreSQL',
  claimCancellations: 'PostgreSQL',
  refund: byProvider(mdText`If only this one waits, pay back at the provider by hand, then \`purchase skip\`.`),
  refundAll: byProvider(mdText`No decision is needed: it continues when the provider answers.`),
  completeCancellations: 'PostgreSQL',
  returnTickets: 'Redis',
  publishCancellations: 'RabbitMQ',
  cancelEvent: 'PostgreSQL',
  nextToCancel: 'PostgreSQL',
  cancellationsLeftBehind: 'PostgreSQL',
  concludeEventCancellation: 'PostgreSQL',
  takeHold: 'Redis',
  endHold: 'Redis',
};

const SERVER_ANSWERS: Readonly<Record<Server, Markdown>> = {
  Redis: mdText`Redis answers`,
  PostgreSQL: mdText`PostgreSQL answers`,
  RabbitMQ: mdText`RabbitMQ answers`,
};

/** What an operator does first about a step that fails, and its entry in the handbook. */
export function firstResponse(step: keyof BoxOfficeActivities): {
  readonly doFirst: Markdown;
  readonly entry: Markdown;
} {
  const cause = WAITS_FOR[step];
  if (typeof cause === 'string') {
    const entry = handbookEntry(`server-${cause.toLowerCase()}`);
    return { doFirst: whenAnswering(SERVER_ANSWERS[cause]), entry };
  }
  const doFirst = mdText`${whenAnswering(cause.waitsFor)} ${cause.decision}`;
  return { doFirst, entry: handbookEntry(`step-${step.toLowerCase()}`) };
}

const whenAnswering = (answers: Markdown): Markdown =>
  mdText`See with \`box-office status\` whether ${answers}. The step continues without a decision when it does.`;
