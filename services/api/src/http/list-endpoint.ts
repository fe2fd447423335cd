import type { ListFilter } from '@box-office/database';
import { z } from '@hono/zod-openapi';
import { answer, answerProblem } from './answer.js';
import { callerOf, type Caller } from './context.js';
import { json, type Endpoint } from './endpoint.js';
import { readQuery, type Read } from './middleware/json-body.js';
import { problem } from './problems.js';
import { eventId, nextCursor, pageById, userId } from './schemas.js';

/** Query of a list of purchases or holds with these statuses. */
const listQuery = <const S extends readonly [string, ...string[]]>(statuses: S) =>
  pageById.extend({
    userId: userId.optional().openapi({
      description:
        'Of this buyer. Buyers see their own; operators see those of all and name a buyer, an event or both.',
      example: undefined,
    }),
    eventId: eventId.optional().openapi({ description: 'Of this event.', example: undefined }),
    status: z.enum(statuses).optional().openapi({ description: 'With this status.' }),
  });

interface Query {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly userId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly status?: string | undefined;
}

/** The filter that the caller may use: a buyer lists the own, an operator those of a buyer or an event. */
function filterFor(caller: Caller, query: Query): Read<ListFilter> {
  const { limit, after, eventId: event, status } = query;
  const user = query.userId ?? (caller.role === 'buyer' ? caller.subject : undefined);
  if (caller.role === 'buyer' && user !== caller.subject) {
    return {
      ok: false,
      problem: problem('forbidden', { detail: 'A buyer can list only what belongs to the token’s own subject.' }),
    };
  }
  if (user === undefined && event === undefined) {
    const errors = [{ path: 'userId', message: 'Name a buyer, an event or both.' }];
    return { ok: false, problem: problem('invalid-request', { errors }) };
  }
  return {
    ok: true,
    value: {
      limit,
      ...(after !== undefined && { after }),
      ...(user !== undefined && { userId: user }),
      ...(event !== undefined && { eventId: event }),
      ...(status !== undefined && { status }),
    },
  };
}

/** A list, newest first: for a buyer the own, for operators those of a buyer, of an event, or of both. */
export function listEndpoint<View>(o: {
  readonly path: Endpoint['path'];
  readonly documentation: Pick<Endpoint['documentation'], 'tags' | 'summary' | 'description'>;
  /** Name of the array in the answer. */
  readonly name: string;
  readonly schemaName: string;
  readonly view: z.ZodType<View>;
  readonly statuses: readonly [string, ...string[]];
  list(filter: ListFilter): Promise<{ readonly items: readonly View[]; readonly next: string | null }>;
}): Endpoint {
  const query = listQuery(o.statuses);
  const schema = z.object({ [o.name]: z.array(o.view), next: nextCursor }).openapi(o.schemaName);
  return {
    method: 'get',
    path: o.path,
    access: 'buyer',
    documentation: {
      ...o.documentation,
      request: { query },
      responses: { 200: json(`A page of ${o.name}.`, schema) },
    },
    problems: ['forbidden', 'invalid-request', 'unavailable'],
    async handle(c) {
      const parsed = readQuery(c, query);
      if (!parsed.ok) return answerProblem(c, parsed.problem);
      const allowed = filterFor(callerOf(c), parsed.value);
      if (!allowed.ok) return answerProblem(c, allowed.problem);
      const { items, next } = await o.list(allowed.value);
      return answer(c, 200, { [o.name]: items, next });
    },
  };
}
