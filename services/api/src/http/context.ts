import { CLI_USER_AGENT } from '@box-office/contract';
import type { Operator } from '@box-office/database';
import type { Context } from 'hono';

/** What a token may do: buy for itself, act for everybody, admit, or use guest links up. */
export const ROLES = ['buyer', 'operator', 'door', 'shop'] as const;

/** The token's subject, and its role. */
export interface Caller {
  readonly subject: string;
  readonly role: (typeof ROLES)[number];
  /** For the role `door`: the events that it may admit for. */
  readonly events?: readonly string[];
}

/** What the gateway's own middleware leaves in the context of a request. */
export interface GatewayEnv {
  /** Of Node's server; absent where a request came over no socket. */
  Bindings: { readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } } };
  Variables: {
    requestId: string;
    /** Of every answer. */
    securityHeaders: Readonly<Record<string, string>>;
    /** The endpoint's path with its parameters unfilled, for metrics and logs. */
    route?: string;
    /** Present where an endpoint's access is not public. */
    caller?: Caller;
    /** `RateLimit` headers of the caller. */
    rateLimit?: Readonly<Record<string, string>>;
    /** For the log line of the request. */
    purchaseId?: string;
  };
}

export type GatewayContext = Context<GatewayEnv>;

/** The caller of an endpoint that is not public; its guard has set it. */
export function callerOf(c: GatewayContext): Caller {
  const caller = c.get('caller');
  if (caller === undefined) throw new Error('an endpoint without a guard read its caller');
  return caller;
}

/** The operator, the staff at a door or a buyer who acts alone, for the audit log. The command line identifies itself by its User-Agent. */
export function operatorOf(c: GatewayContext): Operator & { readonly channel: 'api' | 'cli' } {
  const isCli = c.req.header('user-agent')?.startsWith(CLI_USER_AGENT) === true;
  return { name: callerOf(c).subject, verified: true, channel: isCli ? 'cli' : 'api' };
}

/** Who acts by which request, for the audit log. */
export const actorOf = (c: GatewayContext) => ({ by: operatorOf(c), requestId: c.get('requestId') });

/** A buyer acts for the token's own subject, an operator for any user. */
export const mayActFor = (caller: Caller, userId: string): boolean =>
  caller.role === 'operator' || caller.subject === userId;

/** Operators admit for every event, the staff of a door for those of its token. */
export const mayAdmitFor = ({ role, events }: Caller, eventId: string): boolean =>
  role === 'operator' || events?.includes(eventId) === true;
