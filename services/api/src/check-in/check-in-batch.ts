import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from '../http/answer.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { problemBody } from '../http/problems.js';
import { problemDetails } from '../http/schemas.js';
import { IDEMPOTENCY_KEY } from '../idempotency/idempotency-key.js';
import { presentTicket, type PresentTicketDeps } from './present-ticket.js';
import { checkInFields, checkInView, viewOfCheckIn } from './schema.js';

const MAX_CHECK_INS = 100;

const body = z
  .strictObject({
    checkIns: z
      .array(
        z.strictObject({
          key: z
            .string()
            .regex(IDEMPOTENCY_KEY, 'A key has 1 to 255 visible ASCII characters and no comma.')
            .openapi({ description: 'As the header Idempotency-Key of a single check-in.' }),
          ...checkInFields,
        }),
      )
      .min(1)
      .max(MAX_CHECK_INS),
  })
  .openapi('NewCheckIns');

const view = z
  .object({
    checkIns: z.array(
      z.object({ key: z.string(), checkIn: checkInView.optional(), problem: problemDetails.optional() }),
    ),
  })
  .openapi('CheckIns');

/** Presents several codes, in their order. Each is answered by itself, as if it were alone. */
export function checkInBatch(deps: PresentTicketDeps): Endpoint {
  return {
    method: 'post',
    path: '/api/check-ins/batch',
    access: 'door',
    documentation: {
      tags: ['Doors'],
      summary: 'Present several codes',
      description:
        'Each code is answered by itself, in the order given. A repeat with the same keys gets the same answers. A ' +
        'door that was offline sends here whom it has let in, with `admittedAt`.',
      request: { body: { required: true, content: jsonContent(body) } },
      responses: { 200: json('An answer for each code.', view) },
    },
    problems: ['forbidden', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const given = await readJsonBody(c, body);
      if (!given.ok) return answerProblem(c, given.problem);
      const checkIns: z.input<typeof view>['checkIns'] = [];
      for (const one of given.value.checkIns) {
        const presented = await presentTicket(c, deps, one);
        const result = presented.ok
          ? { checkIn: viewOfCheckIn(presented.checkIn) }
          : { problem: problemBody(presented.problem) };
        checkIns.push({ key: one.key, ...result });
      }
      return answer(c, 200, { checkIns });
    },
  };
}
