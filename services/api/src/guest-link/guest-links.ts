import { GUEST_LINK_LIFETIME_S, readGuestLinkToken } from '@box-office/contract';
import { hashOfSecret } from '@box-office/contract/derive';
import { z } from '@hono/zod-openapi';
import { email } from '../contact/schema.js';
import type { Database } from '../database.js';
import { answer, answerProblem } from '../http/answer.js';
import { json, jsonContent, type Endpoint } from '../http/endpoint.js';
import type { RequestLimits } from '../http/limits/request-limits.js';
import { BODY_PROBLEMS, readJsonBody } from '../http/middleware/json-body.js';
import { problem } from '../http/problems.js';
import { userId } from '../http/schemas.js';

const requestBody = z.strictObject({ email }).openapi('GuestLinkRequest');
const requestedView = z
  .object({
    expiresInS: z.int().openapi({ description: 'How long a link can be used.', example: GUEST_LINK_LIFETIME_S }),
  })
  .openapi('RequestedGuestLink');
const tokenBody = z.strictObject({ token: z.string().max(128) }).openapi('GuestLinkToken');
const guestView = z.object({ userId }).openapi('Guest');

/** Sends a link to a guest who has given an address. The answer is the same for every address. */
export function requestGuestLink(
  deps: Pick<Database, 'requestGuestLinks'> & { readonly limits: Pick<RequestLimits, 'ofGuestLinks'> },
): Endpoint {
  return {
    method: 'post',
    path: '/api/guest-links',
    access: 'buyer',
    documentation: {
      tags: ['Contact'],
      summary: 'Find the orders of a guest by e-mail',
      description:
        'If guests of the shop have bought with this address, a link goes to it, which leads to their orders in the shop, ' +
        'once. The answer is always the same: it does not say whether there are orders.',
      request: { body: { required: true, content: jsonContent(requestBody) } },
      responses: { 202: json('If there are orders, a link is sent.', requestedView) },
    },
    problems: [...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const given = await readJsonBody(c, requestBody);
      if (!given.ok) return answerProblem(c, given.problem);
      const stopped = deps.limits.ofGuestLinks(c, given.value.email);
      if (stopped !== undefined) return stopped;
      await deps.requestGuestLinks({ email: given.value.email, lifetimeS: GUEST_LINK_LIFETIME_S });
      return answer(c, 202, { expiresInS: GUEST_LINK_LIFETIME_S });
    },
  };
}

/** Gives the guest of a link to the shop, once. The token is in the body, so that no log has it. */
export function consumeGuestLink(deps: Pick<Database, 'consumeGuestLink'>): Endpoint {
  return {
    method: 'post',
    path: '/api/guest-links/consume',
    access: 'shop',
    documentation: {
      tags: ['Contact'],
      summary: 'Use a guest link up',
      description: 'For the shop alone, with a token of the role `shop`. Of two requests at once one succeeds.',
      request: { body: { required: true, content: jsonContent(tokenBody) } },
      responses: { 200: json('The guest that the link leads to.', guestView) },
    },
    problems: ['unknown-guest-link', ...BODY_PROBLEMS, 'unavailable'],
    async handle(c) {
      const given = await readJsonBody(c, tokenBody);
      if (!given.ok) return answerProblem(c, given.problem);
      const token = readGuestLinkToken(given.value.token);
      const guest = token && (await deps.consumeGuestLink(token.linkId, hashOfSecret(token.secret)));
      return guest === null ? answerProblem(c, problem('unknown-guest-link')) : answer(c, 200, { userId: guest });
    },
  };
}
