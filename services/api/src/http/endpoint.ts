import { z, type RouteConfig } from '@hono/zod-openapi';
import type { Access } from './auth/guard.js';
import type { GatewayContext } from './context.js';
import type { ProblemType } from './problems.js';

/** An endpoint of the API: what `createApp` routes, guards and documents. */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it, with parameters in braces. */
  readonly path: `/api/${string}`;
  readonly access: Access;
  /** No limit of requests: its callers are no buyers. */
  readonly isUnlimited?: true;
  /** Its entry in the OpenAPI document, without what follows from the other fields. */
  readonly documentation: Pick<RouteConfig, 'tags' | 'summary' | 'description' | 'request' | 'responses'>;
  /** Problems that it may answer with, besides those of every endpoint. */
  readonly problems: readonly ProblemType[];
  /** Deadline of a `get`, after which it is answered 503; 2.5 s by default. */
  readonly timeoutMs?: number;
  handle(c: GatewayContext): Response | Promise<Response>;
}

type ResponseHeaders = Readonly<Record<string, { readonly description: string; readonly schema: { type: 'string' } }>>;

/** A body of JSON, as OpenAPI has it. */
export const jsonContent = (schema: z.ZodType) => ({ 'application/json': { schema } });

/** A response of JSON, as OpenAPI has it. */
export const json = (description: string, schema: z.ZodType, headers?: ResponseHeaders) => ({
  description,
  ...(headers && { headers }),
  content: jsonContent(schema),
});

/** The parameter of an endpoint's own path. */
export function pathParameter(c: GatewayContext, name: string): string {
  const value = c.req.param(name);
  if (value === undefined) throw new Error(`this path has no parameter ${name}`);
  return value;
}

const UUID = z.uuid();

/** Parameters of a path whose `id` is a UUID. */
export const uuidParams = z.object({ id: UUID });

/** A UUID of an endpoint's own path, in lower case, as it is stored; null if the parameter is none. */
export function uuidParameter(c: GatewayContext, name: string): string | null {
  const value = pathParameter(c, name).toLowerCase();
  return UUID.safeParse(value).success ? value : null;
}
