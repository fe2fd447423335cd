import type {
  Call,
  CancelCall,
  HoldCall,
  LookCall,
  NoSuccess,
  PurchaseReply,
  ReleaseCall,
} from '../../checker/calls.js';
import {
  answerToCancel,
  answerToHold,
  answerToLook,
  answerToPurchase,
  answerToRelease,
  type HttpAnswer,
} from './answers.js';
import type { Gateways, Request } from './gateways.js';
import type { HoldWish, Wish } from './wish.js';

/** Where a buyer asks, and how long the buyer waits before dropping the connection. */
export interface Attempt {
  readonly gateway: number;
  readonly patienceMs: number;
}

/** The gateways as buyers use them. Every request is recorded with its answer; none of these rejects. */
export interface Desk {
  readonly calls: readonly Call[];
  buy(wish: Wish, attempt: Attempt): Promise<PurchaseReply>;
  look(wish: Wish, attempt: Attempt): Promise<LookCall['answer']>;
  /** @param tickets ids; null for the whole purchase */
  cancel(wish: Wish, tickets: readonly string[] | null, attempt: Attempt): Promise<CancelCall['answer']>;
  hold(wish: HoldWish, attempt: Attempt): Promise<HoldCall['answer']>;
  release(wish: HoldWish, attempt: Attempt): Promise<ReleaseCall['answer']>;
}

export function openDesk(gateways: Gateways, onCall: (call: Call) => void): Desk {
  const calls: Call[] = [];

  async function ask<A>(
    request: Request,
    { gateway, patienceMs }: Attempt,
    read: (answer: HttpAnswer) => A,
    callWith: (answer: A | NoSuccess, asked: Pick<Call, 'userId' | 'gateway' | 'invokedAtMs' | 'answeredAtMs'>) => Call,
  ): Promise<A | NoSuccess> {
    const invokedAtMs = Date.now();
    let answer: A | NoSuccess;
    try {
      answer = read(await gateways.send(request, gateway, patienceMs));
    } catch (error) {
      answer = { kind: 'unknown', status: null, cause: causeOf(error) };
    }
    const asked = { userId: request.as, gateway: gateways.urlOf(gateway), invokedAtMs, answeredAtMs: Date.now() };
    const call = callWith(answer, asked);
    calls.push(call);
    onCall(call);
    return answer;
  }

  return {
    calls,
    buy(wish, attempt) {
      const { purchaseId, userId, key, eventId, items, paymentMethod, holdId } = wish;
      const body = { eventId, items, payment: { method: paymentMethod }, ...(holdId === null ? {} : { holdId }) };
      const request = { method: 'POST', path: '/api/tickets/purchase', as: userId, key, body } as const;
      return ask(request, attempt, answerToPurchase, (answer, asked) => ({
        ...{ ...asked, act: 'buy', purchaseId, key, eventId, items, paymentMethod, holdId, answer },
      }));
    },
    look({ purchaseId, userId }, attempt) {
      const request = { method: 'GET', path: `/api/purchases/${purchaseId}`, as: userId } as const;
      return ask(request, attempt, answerToLook, (answer, asked) => ({ ...asked, act: 'look', purchaseId, answer }));
    },
    cancel({ purchaseId, userId }, wanted, attempt) {
      const path = `/api/purchases/${purchaseId}/cancel`;
      const body = wanted === null ? {} : { tickets: wanted };
      return ask({ method: 'POST', path, as: userId, body }, attempt, answerToCancel, (answer, asked) => ({
        ...{ ...asked, act: 'cancel', purchaseId, wanted, answer },
      }));
    },
    hold({ holdId, userId, key, eventId, items, seconds }, attempt) {
      const body = { eventId, items, seconds };
      const request = { method: 'POST', path: '/api/tickets/holds', as: userId, key, body } as const;
      return ask(request, attempt, answerToHold, (answer, asked) => ({
        ...{ ...asked, act: 'hold', holdId, key, eventId, items, answer },
      }));
    },
    release({ holdId, userId }, attempt) {
      const request = { method: 'DELETE', path: `/api/tickets/holds/${holdId}`, as: userId } as const;
      return ask(request, attempt, answerToRelease, (answer, asked) => ({ ...asked, act: 'release', holdId, answer }));
    },
  };
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return String(cause);
}
