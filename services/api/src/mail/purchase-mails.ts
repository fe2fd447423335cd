import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf, actorOf } from '../http/context.js';
import { json, type Endpoint } from '../http/endpoint.js';
import { problem, rateLimited } from '../http/problems.js';
import { instant } from '../http/schemas.js';
import { ownPurchase } from '../purchase/own-purchase.js';
import { purchaseParams } from '../purchase/purchase-id.js';
import type { LookUpPurchase } from '../purchase/purchase-lookup.js';

const mailView = z
  .object({
    mailId: z.uuid(),
    status: z.enum(['pending', 'sent', 'failed']).openapi({
      description: '`sent`: the mail server has taken it. `failed`: it was refused, or there was nothing to send.',
    }),
    error: z.string().nullable().openapi({
      description: 'Why the last attempt failed, as a code: the status of SMTP, or the error of the connection.',
      example: null,
    }),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .openapi('Mail');

interface Deps extends Pick<Database, 'listPurchaseMails' | 'requestPurchaseMail' | 'recordOperatorAct' | 'findEvent'> {
  readonly lookUp: LookUpPurchase;
}

/** The mails with the tickets of a purchase. */
export function listMails(deps: Pick<Deps, 'lookUp' | 'listPurchaseMails'>): Endpoint {
  return {
    method: 'get',
    path: '/api/purchases/{id}/mails',
    access: 'buyer',
    documentation: {
      tags: ['Contact'],
      summary: 'List the mails of a purchase',
      description: 'The newest first. They go to the address of the buyer’s contact.',
      request: { params: purchaseParams },
      responses: { 200: json('The mails.', z.object({ mails: z.array(mailView) }).openapi('MailsOfPurchase')) },
    },
    problems: ['unknown-purchase', 'unavailable'],
    async handle(c) {
      const purchase = await ownPurchase(c, deps.lookUp);
      if (purchase === null) return answerProblem(c, problem('unknown-purchase'));
      return answer(c, 200, { mails: await deps.listPurchaseMails(purchase.purchaseId) });
    },
  };
}

/** Sends the tickets of a purchase again. */
export function sendTickets(deps: Deps): Endpoint {
  return {
    method: 'post',
    path: '/api/purchases/{id}/mails',
    access: 'buyer',
    documentation: {
      tags: ['Contact'],
      summary: 'Send the tickets of a purchase again',
      description:
        'To the address of the buyer’s contact, as it is when the mail is sent. A mail that waits is tried now, and no other ' +
        'one is made. At most four in an hour; then 429, and `Retry-After` says when the next one can be sent.',
      request: { params: purchaseParams },
      responses: { 202: json('It will be sent.', mailView) },
    },
    problems: ['unknown-purchase', 'mail-refused', 'unavailable'],
    async handle(c) {
      const purchase = await ownPurchase(c, deps.lookUp);
      if (purchase === null) return answerProblem(c, problem('unknown-purchase'));
      const { purchaseId, userId, eventId } = purchase;
      const event = await deps.findEvent(eventId);
      if (event === null || event.status === 'cancelled' || Date.parse(event.endsAt) < Date.now()) {
        return answerProblem(c, problem('mail-refused', { detail: NO_EVENT }));
      }
      if (!purchase.tickets.some(({ status }) => status === 'valid')) {
        return answerProblem(
          c,
          problem('mail-refused', { detail: 'The purchase has no valid tickets. Nothing is sent.' }),
        );
      }
      if (callerOf(c).role === 'operator') {
        const about = { ...actorOf(c), purchaseId, userId, eventId, reason: null };
        await deps.recordOperatorAct({ ...about, action: 'send_tickets', before: null, after: null });
      }
      const request = await deps.requestPurchaseMail({ purchaseId, userId });
      if (request.kind === 'no_contact') return answerProblem(c, problem('mail-refused', { detail: NO_CONTACT }));
      if (request.kind === 'too_many') return answerProblem(c, rateLimited(TOO_MANY, request.retryAfterS));
      return answer(c, 202, request.mail);
    },
  };
}

const NO_EVENT = 'The event is cancelled or over. Nothing is sent.';
const NO_CONTACT = 'The buyer has given no e-mail address. Nothing is sent. Give one first (PUT /api/contact).';
const TOO_MANY = 'The tickets were sent often in this hour.';
