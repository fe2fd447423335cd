import type { ApiClient } from '@box-office/api-client';
import type { Logger } from '@box-office/platform';
import type { Assets, Logo } from '@box-office/ui';
import type { Catalogue, PageEnv, ProviderSignIn, Words } from '@box-office/web';
import type { Context } from 'hono';
import type { Config } from '../config.js';
import type { Sessions, Staff } from '../sign-in/staff.js';
import type { Texts } from '../texts/en.js';

/** What every page is made with. */
export interface View extends Words<Texts> {
  readonly name: string;
  readonly logo: Logo | undefined;
  readonly assets: Assets;
  /** Path and query of the page; after a form was sent, of the page that has the form. */
  readonly path: string;
  /** How the staff reaches the console, without a slash at the end. */
  readonly origin: string;
  /** Who is signed in. */
  readonly staff: Staff | null;
  readonly nowMs: number;
}

export type ConsoleContext = Context<PageEnv<View>>;

export interface ConsoleDeps extends ProviderSignIn {
  readonly config: Pick<Config, 'name' | 'brand' | 'signIn' | 'publicOrigin'>;
  readonly catalogue: Catalogue;
  readonly sessions: Sessions;
  /** The gateway for a member of the staff at the doors of one event; null at those of an event that is not this person's. */
  doorApi(c: ConsoleContext, staff: Staff, eventId: string): Promise<ApiClient | null>;
  readonly logger: Logger;
}
