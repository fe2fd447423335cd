import type {
  Call,
  CancelCall,
  HoldCall,
  ReadCall,
  Unsuccessful,
  PurchaseReply,
  ReleaseCall,
} from '../../checker/calls.js';
import {
  answerToCancel,
  answerToHold,
  answerToRead,
  answerToPurchase,
  answerToRelease,
  type HttpAnswer,
} from './answers.js';
import { RETURN_URL } from '../harness/replica.js';
import type { Gateways, HttpRequest } from './gateways.js';
import type { HoldSelection, Selection } from './selection.js';

const BANK_TIMEOUT_MS = 5_000;

/** To which gateway a request goes, and when the buyer closes the connection. */
export interface Attempt {
  readonly gateway: number;
  readonly timeoutMs: number;
}

/** A client of the gateways that records every request with its answer. Its methods never reject. */
export interface BuyerClient {
  readonly calls: readonly Call[];
  buy(selection: Selection, attempt: Attempt): Promise<PurchaseReply>;
  readPurchase(selection: Selection, attempt: Attempt): Promise<ReadCall['answer']>;
  /** @param ticketIds null for the whole purchase */
  cancel(selection: Selection, ticketIds: readonly string[] | null, attempt: Attempt): Promise<CancelCall['answer']>;
  hold(selection: HoldSelection, attempt: Attempt): Promise<HoldCall['answer']>;
  release(selection: HoldSelection, attempt: Attempt): Promise<ReleaseCall['answer']>;
}

export function createBuyerClient(gateways: Gateways, onCall: (call: Call) => void): BuyerClient {
  const calls: Call[] = [];

  async function send<A>(
    request: HttpRequest,
    { gateway, timeoutMs }: Attempt,
    read: (answer: HttpAnswer) => A,
    callWith: (
      answer: A | Unsuccessful,
      context: Pick<Call, 'userId' | 'gateway' | 'invokedAtMs' | 'answeredAtMs'>,
    ) => Call,
  ): Promise<A | Unsuccessful> {
    const invokedAtMs = Date.now();
    let answer: A | Unsuccessful;
    try {
      answer = read(await gateways.send(request, gateway, timeoutMs));
    } catch (error) {
      answer = { kind: 'unknown', status: null, cause: causeOf(error) };
    }
    const context = { userId: request.as, gateway: gateways.urlOf(gateway), invokedAtMs, answeredAtMs: Date.now() };
    const call = callWith(answer, context);
    calls.push(call);
    onCall(call);
    return answer;
  }

  return {
    calls,
    async buy(selection, attempt) {
      const { purchaseId, userId, key, eventId, items, paymentMethod, holdId } = selection;
      const payment = { method: paymentMethod, returnUrl: RETURN_URL };
      const body = { eventId, items, payment, ...(holdId === null ? {} : { holdId }) };
      const request = { method: 'POST', path: '/api/tickets/purchase', as: userId, key, body } as const;
      const answer = await send(request, attempt, answerToPurchase, (answer, context) => ({
        ...context,
        action: 'buy',
        purchaseId,
        key,
        eventId,
        items,
        paymentMethod,
        holdId,
        answer,
      }));
      if (answer.kind === 'open' && answer.actionUrl !== undefined && selection.atTheBank !== 'ignore') {
        await actAtTheBank(answer.actionUrl, selection.atTheBank);
      }
      return answer;
    },
    readPurchase({ purchaseId, userId }, attempt) {
      const request = { method: 'GET', path: `/api/purchases/${purchaseId}`, as: userId } as const;
      return send(request, attempt, answerToRead, (answer, context) => ({
        ...context,
        action: 'read',
        purchaseId,
        answer,
      }));
    },
    cancel({ purchaseId, userId }, ticketIds, attempt) {
      const path = `/api/purchases/${purchaseId}/cancel`;
      const body = ticketIds === null ? {} : { tickets: ticketIds };
      return send({ method: 'POST', path, as: userId, body }, attempt, answerToCancel, (answer, context) => ({
        ...context,
        action: 'cancel',
        purchaseId,
        ticketIds,
        answer,
      }));
    },
    hold({ holdId, userId, key, eventId, items, seconds }, attempt) {
      const body = { eventId, items, seconds };
      const request = { method: 'POST', path: '/api/tickets/holds', as: userId, key, body } as const;
      return send(request, attempt, answerToHold, (answer, context) => ({
        ...context,
        action: 'hold',
        holdId,
        key,
        eventId,
        items,
        answer,
      }));
    },
    release({ holdId, userId }, attempt) {
      const request = { method: 'DELETE', path: `/api/tickets/holds/${holdId}`, as: userId } as const;
      return send(request, attempt, answerToRelease, (answer, context) => ({
        ...context,
        action: 'release',
        holdId,
        answer,
      }));
    },
  };
}

/** The bank may be unavailable: the buyer is asked again with the next answer. */
async function actAtTheBank(url: string, result: 'complete' | 'fail'): Promise<void> {
  const signal = AbortSignal.timeout(BANK_TIMEOUT_MS);
  await fetch(url.replace('?', `/${result}?`), { method: 'POST', redirect: 'manual', signal }).catch(() => undefined);
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return String(cause);
}
