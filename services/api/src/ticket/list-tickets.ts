import type { UserTicket } from '@box-office/contract';
import { withTimeout } from '@box-office/platform';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { callerOf, mayActFor } from '../http/context.js';
import { readQuery } from '../http/middleware/json-body.js';
import type { Database } from '../database.js';
import type { ReadModels } from '../availability/read-models.js';
import { problem } from '../http/problems.js';
import { json, pathParameter, type Endpoint } from '../http/endpoint.js';
import { amountMinor, currency, eventId, nextCursor, heldTicket, pageById, userId } from '../http/schemas.js';

/** Leaves PostgreSQL time to answer in place of a Redis that does not answer. */
const REDIS_TIMEOUT_MS = 1_000;

const userTickets = z
  .object({
    tickets: z.array(
      heldTicket.extend({
        eventId,
        purchaseId: z.uuid(),
        transactionId: z.string(),
        priceMinor: amountMinor,
        currency,
      }),
    ),
    next: nextCursor,
  })
  .openapi('UserTickets');

interface TicketPage {
  readonly tickets: readonly UserTicket[];
  readonly next: string | null;
}

/**
 * The tickets of a user, oldest first, with those that are being cancelled marked: from the read model in Redis, or from
 * PostgreSQL where Redis does not have all of them.
 */
export function listTickets(deps: {
  readModels: Pick<ReadModels, 'userTickets'>;
  listUserTickets: Database['listUserTickets'];
}): Endpoint {
  return {
    method: 'get',
    path: '/api/users/{id}/tickets',
    access: 'buyer',
    documentation: {
      tags: ['Purchases'],
      summary: "List a user's tickets",
      description: 'Tickets that are valid, and those that are being cancelled; see `status`.',
      request: { params: z.object({ id: userId }), query: pageById },
      responses: { 200: json('A page of tickets.', userTickets) },
    },
    problems: ['forbidden', 'invalid-request', 'unavailable'],
    async handle(c) {
      const user = pathParameter(c, 'id');
      if (!mayActFor(callerOf(c), user)) {
        return answerProblem(c, problem('forbidden', { detail: "A buyer can list only the token's own tickets." }));
      }
      if (!userId.safeParse(user).success) {
        return answerProblem(
          c,
          problem('invalid-request', { errors: [{ path: 'id', message: 'This is not a user id.' }] }),
        );
      }
      const asked = readQuery(c, pageById);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const { limit, after } = asked.value;
      const model = await withTimeout(deps.readModels.userTickets(user), REDIS_TIMEOUT_MS).catch(() => null);
      const isWhole = model !== null && model.truncated !== true;
      const fromModel = isWhole ? pageOf(model.tickets, limit, after) : null;
      const shown = fromModel ?? (await deps.listUserTickets(user, after === undefined ? { limit } : { limit, after }));
      return answer(c, 200, { tickets: shown.tickets, next: shown.next });
    },
  };
}

/** A page out of the whole list; null if the cursor is not in it (its ticket was cancelled meanwhile). */
function pageOf(tickets: readonly UserTicket[], limit: number, after: string | undefined): TicketPage | null {
  const cursor = after === undefined ? -1 : tickets.findIndex((one) => one.ticketId === after);
  if (after !== undefined && cursor === -1) return null;
  const start = cursor + 1;
  const shown = tickets.slice(start, start + limit);
  const last = shown.at(-1);
  const more = start + shown.length < tickets.length;
  return { tickets: shown, next: more && last !== undefined ? last.ticketId : null };
}
