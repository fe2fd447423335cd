import { z } from '@hono/zod-openapi';
import { answer } from '../http/answer.js';
import { json, type Endpoint } from '../http/endpoint.js';
import { keySetOf, type TicketKey } from '@box-office/tickets/codes';

const MAX_AGE_S = 300;

export const ticketKeySet = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string().openapi({ description: 'The key id of a code, in hexadecimal.', example: '9f3c01ab' }),
        use: z.literal('sig'),
        alg: z.literal('EdDSA'),
      }),
    ),
  })
  .openapi('TicketKeys', { description: 'A JSON Web Key Set (RFC 7517).' });

/** The public keys of tickets' codes, with which a door verifies codes by itself. */
export function showTicketKeys({ ticketKeys }: { readonly ticketKeys: readonly TicketKey[] }): Endpoint {
  const body = keySetOf(ticketKeys);
  return {
    method: 'get',
    path: '/api/ticket-keys',
    access: 'public',
    documentation: {
      tags: ['Tickets'],
      summary: 'Show the public keys of tickets’ codes',
      description: 'The first one signs new codes. The others have signed codes that are still accepted.',
      responses: { 200: json('The keys.', ticketKeySet) },
    },
    problems: [],
    handle: (c) => answer(c, 200, body, { 'Cache-Control': `public, max-age=${MAX_AGE_S}` }),
  };
}
