import type { PurchaseRow } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { actorOf, callerOf, mayActFor, type GatewayContext } from '../http/context.js';
import { json, uuidParams, type Endpoint } from '../http/endpoint.js';
import { problem, rateLimited } from '../http/problems.js';
import { instant } from '../http/schemas.js';
import { ownPurchase } from '../purchase/own-purchase.js';
import type { LookUpPurchase } from '../purchase/purchase-lookup.js';
import { findTicketInPath } from '../ticket/show-ticket.js';

const HOW_SENT =
  'The address is read when the mail is sent. A mail that waits is tried now, and no other one is made. At most four in an ' +
  'hour; then 429, and `Retry-After` says when the next one can be sent.';

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

const mailsView = z.object({ mails: z.array(mailView) }).openapi('MailsOfPurchase');

type SendDeps = Pick<Database, 'requestPurchaseMail' | 'recordOperatorAct' | 'findEvent'>;

interface OfPurchase {
  readonly lookUp: LookUpPurchase;
}

/** The mails with the tickets of a purchase. */
export function listMails(deps: Pick<Database, 'listPurchaseMails'> & OfPurchase): Endpoint {
  return {
    method: 'get',
    path: '/api/purchases/{id}/mails',
    access: 'buyer',
    documentation: {
      tags: ['Contact'],
      summary: 'List the mails of a purchase',
      description: 'The newest first. They go to the address of the buyer’s contact.',
      request: { params: uuidParams },
      responses: { 200: json('The mails.', mailsView) },
    },
    problems: ['unknown-purchase', 'unavailable'],
    async handle(c) {
      const purchase = await ownPurchase(c, deps.lookUp);
      if (purchase === null) return answerProblem(c, problem('unknown-purchase'));
      return answer(c, 200, { mails: await deps.listPurchaseMails(purchase) });
    },
  };
}

/** Sends the tickets of a purchase again. */
export function sendTickets(deps: SendDeps & OfPurchase): Endpoint {
  return {
    method: 'post',
    path: '/api/purchases/{id}/mails',
    access: 'buyer',
    documentation: {
      tags: ['Contact'],
      summary: 'Send the tickets of a purchase again',
      description: `Those that the buyer has, to the address of the buyer’s contact. ${HOW_SENT}`,
      request: { params: uuidParams },
      responses: { 202: json('It will be sent.', mailView) },
    },
    problems: ['unknown-purchase', 'mail-refused', 'unavailable'],
    async handle(c) {
      const purchase = await ownPurchase(c, deps.lookUp);
      return purchase === null ? answerProblem(c, problem('unknown-purchase')) : send(c, deps, purchase);
    },
  };
}

/** The mails with the tickets of a purchase to the person who has one of them. */
export function listMailsOfTicket(deps: Pick<Database, 'findTicket' | 'listPurchaseMails'>): Endpoint {
  return {
    method: 'get',
    path: '/api/tickets/{id}/mails',
    access: 'buyer',
    documentation: {
      tags: ['Contact'],
      summary: 'List the mails with a ticket',
      description:
        'For the person who has the ticket: the mails to that person with tickets of the same purchase. The newest first.',
      request: { params: uuidParams },
      responses: { 200: json('The mails.', mailsView) },
    },
    problems: ['ticket-not-found', 'unavailable'],
    async handle(c) {
      const ticket = await ticketInHand(c, deps);
      if (ticket === null) return answerProblem(c, problem('ticket-not-found'));
      return answer(c, 200, { mails: await deps.listPurchaseMails(ticket) });
    },
  };
}

/** Sends a ticket to the person who has it. */
export function sendTicket(deps: SendDeps & Pick<Database, 'findTicket'>): Endpoint {
  return {
    method: 'post',
    path: '/api/tickets/{id}/mails',
    access: 'buyer',
    documentation: {
      tags: ['Contact'],
      summary: 'Send a ticket again',
      description:
        'For the person who has the ticket: it and what else that person has of the same purchase, to the address of the person’s ' +
        `contact. ${HOW_SENT}`,
      request: { params: uuidParams },
      responses: { 202: json('It will be sent.', mailView) },
    },
    problems: ['ticket-not-found', 'mail-refused', 'unavailable'],
    async handle(c) {
      const ticket = await ticketInHand(c, deps);
      return ticket === null ? answerProblem(c, problem('ticket-not-found')) : send(c, deps, ticket);
    },
  };
}

/** Somebody's tickets of a purchase. */
type OwnTickets = Pick<PurchaseRow, 'purchaseId' | 'userId' | 'eventId'>;

/** The ticket in the path with who has it, if that is the caller or the caller is an operator; else null. */
async function ticketInHand(c: GatewayContext, deps: Pick<Database, 'findTicket'>): Promise<OwnTickets | null> {
  const ticket = await findTicketInPath(c, deps);
  if (ticket === null) return null;
  const userId = ticket.holderId ?? ticket.userId;
  return mayActFor(callerOf(c), userId) ? { ...ticket, userId } : null;
}

async function send(c: GatewayContext, deps: SendDeps, { purchaseId, userId, eventId }: OwnTickets): Promise<Response> {
  const event = await deps.findEvent(eventId);
  if (event === null || event.status === 'cancelled' || Date.parse(event.endsAt) < Date.now()) {
    return answerProblem(c, problem('mail-refused', { detail: NO_EVENT }));
  }
  if (callerOf(c).role === 'operator') {
    const about = { ...actorOf(c), purchaseId, userId, eventId, reason: null };
    await deps.recordOperatorAct({ ...about, action: 'send_tickets', before: null, after: null });
  }
  const request = await deps.requestPurchaseMail({ purchaseId, userId });
  switch (request.kind) {
    case 'requested':
      return answer(c, 202, request.mail);
    case 'no_ticket':
      return answerProblem(c, problem('mail-refused', { detail: NO_TICKET }));
    case 'no_contact':
      return answerProblem(c, problem('mail-refused', { detail: NO_CONTACT }));
    case 'too_many':
      return answerProblem(c, rateLimited(TOO_MANY, request.retryAfterS));
  }
}

const NO_EVENT = 'The event is cancelled or over. Nothing is sent.';
const NO_TICKET = 'None of the tickets is valid and in the hands of the person. Nothing is sent.';
const NO_CONTACT = 'No e-mail address was given. Nothing is sent. Give one first (PUT /api/contact).';
const TOO_MANY = 'The tickets were sent often in this hour.';
