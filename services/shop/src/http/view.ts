import type { Assets, Logo } from '@box-office/ui';
import type { Logger } from '@box-office/platform';
import type { ApiClient } from '@box-office/api-client';
import {
  forwardedFor,
  type Catalogue,
  type Event,
  type PageEnv,
  type ProviderSignIn,
  type Reply,
} from '@box-office/web';
import type { Context } from 'hono';
import type { Config } from '../config.js';
import type { LiveAvailability } from '../events/live.js';
import type { LegalLink } from '../legal/legal-pages.js';
import type { Words } from '../texts/languages.js';
import type { Gateway } from './gateway.js';
import { ownSession, subjectOf, type Session, type Sessions } from './session.js';

/** What every page is made with. */
export interface View extends Words {
  readonly name: string;
  readonly logo: Logo | undefined;
  readonly assets: Assets;
  /** Path and query of the page; after a form was sent, of the page that has the form. */
  readonly path: string;
  /** How buyers reach the shop, without a slash at the end. */
  readonly origin: string;
  readonly legal: readonly LegalLink[];
  readonly session: Session | null;
  readonly canSignIn: boolean;
  readonly nowMs: number;
}

export type ShopContext = Context<PageEnv<View>>;

export interface ShopDeps extends ProviderSignIn {
  readonly config: Pick<Config, 'name' | 'brand' | 'legal' | 'signIn' | 'paymentForm' | 'publicOrigin'>;
  readonly gateway: Gateway;
  readonly catalogue: Catalogue;
  readonly sessions: Sessions;
  readonly live: LiveAvailability;
  readonly assets: Assets;
  readonly logger: Logger;
}

/** The gateway for the buyer of the session. */
export const buyerApi = (c: ShopContext, deps: Pick<ShopDeps, 'gateway'>, session: Session) =>
  deps.gateway.forBuyer(subjectOf(session), forwardedFor(c));

/** The event in the path, which may be any text. */
export const eventInPath = (c: ShopContext, deps: Pick<ShopDeps, 'catalogue' | 'gateway'>): Promise<Reply<Event>> =>
  deps.catalogue.event(c.req.param('id') ?? '', { visitor: deps.gateway.forVisitor(forwardedFor(c)) });

/** After a form whose address keeps its secret: the browser does not say from which page it was sent. */
export const showAt = (c: ShopContext, path: string): void => c.set('view', { ...c.get('view'), path });

/** The session with which the browser gets something of its own: leaves the orders of a guest link first. */
export async function leaveLink(c: ShopContext, deps: Pick<ShopDeps, 'sessions'>): Promise<Session> {
  const session = await deps.sessions.readOrStart(c);
  const own = ownSession(session);
  if (own !== session) await deps.sessions.write(c, own);
  c.set('view', { ...c.get('view'), session: own });
  return own;
}

/**
 * Reads something of the buyer of the session. Who has signed in also finds what this browser has as a guest, and acts on it
 * as that guest: the `subject`, with the `api` that comes with it.
 */
export async function readOwn<T>(
  c: ShopContext,
  deps: Pick<ShopDeps, 'gateway'>,
  session: Session,
  read: (api: ApiClient) => Promise<Reply<T>>,
): Promise<{ readonly subject: string; readonly api: ApiClient; readonly reply: Reply<T> }> {
  const api = await buyerApi(c, deps, session);
  const own = { subject: subjectOf(session), api, reply: await read(api) };
  if (own.reply.ok || own.reply.problem.status !== 404 || session.user === undefined) return own;
  const asGuest = await readOwn(c, deps, { guest: session.guest }, read);
  return asGuest.reply.ok ? asGuest : own;
}
