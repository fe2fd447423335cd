import type { ApiClient } from '@box-office/api-client';
import { statusOf, type Reply } from '@box-office/web';
import type { Session } from './session.js';
import { readOwn, type ShopContext, type ShopDeps } from './view.js';

/** What the script needs to show a page again once its status is another one. @param path answers with the status as JSON */
export const followed = (path: string, status: string) => ({ 'data-follow': path, 'data-status': status });

export const ReloadWithoutScript = ({ everyS }: { everyS: number }) => (
  <noscript>
    <meta http-equiv="refresh" content={String(everyS)} />
  </noscript>
);

/** Answers the script with the status of what the path names. */
export async function answerStatus<T>(
  c: ShopContext,
  deps: Pick<ShopDeps, 'gateway'>,
  session: Session | null,
  read: (api: ApiClient, id: string) => Promise<Reply<T>>,
  followedStatus: (of: T) => string,
): Promise<Response> {
  c.header('Cache-Control', 'no-store');
  if (session === null) return c.body(null, 404);
  const { reply } = await readOwn(c, deps, session, (api) => read(api, c.req.param('id') ?? ''));
  return reply.ok ? c.json({ status: followedStatus(reply.data) }) : c.body(null, statusOf(reply.problem));
}
