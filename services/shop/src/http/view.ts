import type { Assets } from '@box-office/ui';
import type { Logger } from '@box-office/platform';
import { forwardedFor, type Catalogue, type PageEnv } from '@box-office/web';
import type { Context } from 'hono';
import type { Config } from '../config.js';
import type { LiveAvailability } from '../events/live.js';
import type { Words } from '../texts/languages.js';
import type { Gateway } from './gateway.js';
import { subjectOf, type Session, type Sessions } from './session.js';

/** What every page is made with. */
export interface View extends Words {
  readonly name: string;
  readonly assets: Assets;
  /** Path and query of the request; empty for a form that was sent. */
  readonly path: string;
  /** How buyers reach the shop, without a slash at the end. */
  readonly origin: string;
  readonly session: Session | null;
  readonly demoSignIn: boolean;
  readonly nowMs: number;
}

export type ShopContext = Context<PageEnv<View>>;

export interface ShopDeps {
  readonly config: Pick<Config, 'name' | 'demoSignIn' | 'paymentForm' | 'publicOrigin'>;
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
