import type { ApiClient } from '@box-office/api-client';
import type { Assets, Logo } from '@box-office/ui';
import type { Catalogue, PageEnv, Words } from '@box-office/web';
import type { Context } from 'hono';
import type { Texts } from '../texts/en.js';

/** What every page is made with. */
export interface View extends Words<Texts> {
  readonly name: string;
  readonly logo: Logo | undefined;
  readonly assets: Assets;
  /** Path and query of the request; empty for a form that was sent. */
  readonly path: string;
  /** Subject of the staff member who is signed in. */
  readonly staff: string | null;
  readonly demoSignIn: boolean;
  readonly nowMs: number;
}

export type ConsoleContext = Context<PageEnv<View>>;

export interface ConsoleDeps {
  readonly demoSignIn: boolean;
  readonly catalogue: Catalogue;
  /** The gateway for a member of the staff at the doors of one event. */
  atDoor(c: ConsoleContext, staff: string, eventId: string): Promise<ApiClient>;
  readonly session: {
    read(c: ConsoleContext): Promise<string | null>;
    write(c: ConsoleContext, value: string): Promise<void>;
  };
}
