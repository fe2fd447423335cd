import type { ListFilter } from '@box-office/records';
import { z } from '@hono/zod-openapi';
import type { Caller } from '../context.js';
import { problem } from '../problems.js';
import type { Problem } from '../problems.js';
import { eventId, page, userId } from './schemas.js';

/** Query of a list of purchases or holds with these statuses. */
export const listQuery = <const S extends readonly [string, ...string[]]>(statuses: S) =>
  page.extend({
    after: z.uuid().optional().openapi({ description: 'The `next` of the page before.' }),
    userId: userId.optional().openapi({
      description: "Of this buyer. Buyers see their own; operators see everybody's and name a buyer, an event or both.",
      example: undefined,
    }),
    eventId: eventId.optional().openapi({ description: 'Of this event.', example: undefined }),
    status: z.enum(statuses).optional().openapi({ description: 'With this status.' }),
  });

interface Asked {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly userId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly status?: string | undefined;
}

/** What the caller may list of what was asked for: a buyer the own, an operator those of a buyer or an event. */
export function filterFor(
  caller: Caller,
  asked: Asked,
): { readonly ok: true; readonly filter: ListFilter } | { readonly ok: false; readonly problem: Problem } {
  const { limit, after, eventId: event, status } = asked;
  const user = asked.userId ?? (caller.role === 'buyer' ? caller.subject : undefined);
  if (caller.role === 'buyer' && user !== caller.subject) {
    return {
      ok: false,
      problem: problem('forbidden', { detail: 'A buyer lists what is of the token’s own subject only.' }),
    };
  }
  if (user === undefined && event === undefined) {
    const errors = [{ path: 'userId', message: 'Name a buyer, an event or both.' }];
    return { ok: false, problem: problem('invalid-request', { errors }) };
  }
  return {
    ok: true,
    filter: {
      limit,
      ...(after !== undefined && { after }),
      ...(user !== undefined && { userId: user }),
      ...(event !== undefined && { eventId: event }),
      ...(status !== undefined && { status }),
    },
  };
}
