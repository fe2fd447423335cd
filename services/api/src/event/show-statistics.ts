import type { HourlyStatistics } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { readQuery } from '../http/middleware/json-body.js';
import type { Database } from '../database.js';
import { problem } from '../http/problems.js';
import { json, pathParameter, type Endpoint } from '../http/endpoint.js';
import { amountMinor, eventId, givenInstant, instant, nextCursor, page } from '../http/schemas.js';
import { findEventInPath } from './find-event-in-path.js';

const query = page.extend({
  from: givenInstant.optional().openapi({ description: 'First instant of interest; its whole hour counts.' }),
  to: givenInstant.optional().openapi({ description: 'End of the period, not itself in it.' }),
  after: givenInstant.optional().openapi({ description: 'The `next` of the page before.' }),
});

const count = z.int().min(0);

const turnover = {
  purchases: count,
  tickets: count,
  amountMinor,
  cancellations: count,
  cancelledTickets: count,
  refundedMinor: amountMinor,
};
const outcomes = {
  refusals: z
    .array(z.object({ outcome: z.enum(['declined', 'refused', 'undone']), reason: z.string(), purchases: count }))
    .openapi({ description: 'Purchases that came to nothing, by outcome and reason.' }),
  holds: z
    .object({ used: count, expired: count, released: count, refused: count })
    .openapi({ description: 'Holds that were taken in the hour and have ended, by how; and those that were refused.' }),
};

const hour = z.object({
  eventId,
  hour: instant,
  ...turnover,
  feesMinor: amountMinor.openapi({ description: 'Fees in `amountMinor`. Amounts by ticket type have none.' }),
  returnedFeesMinor: amountMinor.openapi({ description: 'Fees in `refundedMinor`.' }),
  withheldMinor: amountMinor.openapi({ description: 'What cancellations withheld of the prices of their tickets.' }),
  ...outcomes,
  latencyMs: z.object({ p50: count, p95: count }).nullable().openapi({
    description: 'From the claim of a purchase to its confirmation; correct to some 25 %. Null without one.',
  }),
  ticketTypes: z
    .array(z.object({ ticketType: z.string(), ...turnover, ...outcomes }))
    .openapi({ description: 'The same by ticket type; a purchase of several types counts under each of them.' }),
}) satisfies z.ZodType<HourlyStatistics>;

const statistics = z.object({ statistics: z.array(hour), next: nextCursor }).openapi('EventStatistics');

/** What an event's transactions add up to, hour by hour, as far as the audit consumer has come. */
export function showStatistics(deps: Pick<Database, 'findEvent' | 'readStatistics'>): Endpoint {
  return {
    method: 'get',
    path: '/api/events/{id}/statistics',
    access: 'operator',
    documentation: {
      tags: ['Operators'],
      summary: "Show an event's statistics",
      request: { params: z.object({ id: eventId }), query },
      responses: { 200: json('A page of hours, oldest first; hours without a transaction are left out.', statistics) },
    },
    problems: ['unknown-event', 'invalid-request', 'unavailable'],
    async handle(c) {
      const id = pathParameter(c, 'id');
      const asked = readQuery(c, query);
      if (!asked.ok) return answerProblem(c, asked.problem);
      const { limit, from, to, after } = asked.value;
      const period = {
        eventId: id,
        limit,
        ...(from === undefined ? undefined : { from }),
        ...(to === undefined ? undefined : { to }),
        ...(after === undefined ? undefined : { after }),
      };
      if ((await findEventInPath(c, deps)) === null) return answerProblem(c, problem('unknown-event'));
      return answer(c, 200, await deps.readStatistics(period));
    },
  };
}
