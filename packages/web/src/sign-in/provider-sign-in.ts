import type { Context } from 'hono';
import { localPath } from '../requests.js';
import type { Attempts } from './attempt.js';
import type { Identity, IdentityProvider, SignInFailure } from './identity-provider.js';

const CALLBACK = '/sign-in/callback';
/** A longer one would not fit into a cookie. */
const MAX_BACK = 512;
const FAILURES: readonly SignInFailure[] = ['denied', 'expired', 'failed'];

export interface ProviderSignIn {
  /** Undefined where people do not sign in at a provider. */
  readonly provider: IdentityProvider | undefined;
  readonly attempts: Attempts;
}

/** The page to sign in on, from which one comes back to this path. It says how the last attempt ended. */
export function signInPath(back?: string, failed?: SignInFailure): string {
  const query = [back !== undefined && `back=${encodeURIComponent(back)}`, failed !== undefined && `failed=${failed}`];
  return ['/sign-in', query.filter(Boolean).join('&')].filter(Boolean).join('?');
}

/** Path of the page that somebody came from; another one where none is given. */
export const backPathIn = (text: unknown, otherwise: string): string =>
  typeof text === 'string' && text.length <= MAX_BACK ? localPath(text) : otherwise;

/** How the last attempt ended, by the address of the page. */
export const failureIn = (c: Context): SignInFailure | undefined =>
  FAILURES.find((one) => one === c.req.query('failed'));

/**
 * Leads to the provider. It is a link: a form must not lead to another origin (`form-action`).
 *
 * @param o.origin of the service, as browsers know it
 */
export async function beginAtProvider(
  c: Context,
  { provider, attempts }: ProviderSignIn,
  { origin, back }: { origin: string; back: string },
): Promise<Response> {
  if (provider === undefined) return c.notFound();
  const begun = await provider.begin(origin + CALLBACK);
  if (begun === null) return c.redirect(signInPath(back), 303);
  await attempts.write(c, { ...begun.challenge, back });
  c.header('Cache-Control', 'no-store');
  return c.redirect(begun.url.href, 303);
}

/**
 * Where the provider sends a person back to. Only the browser that began can finish, and once. A failure is said on the page
 * from which one can try again, away from the address with the code.
 *
 * @param signInAs answers who has signed in, and came from the path `back`
 */
export async function finishAtProvider(
  c: Context,
  { provider, attempts }: ProviderSignIn,
  origin: string,
  signInAs: (identity: Identity, back: string) => Promise<Response>,
): Promise<Response> {
  if (provider === undefined) return c.notFound();
  c.header('Cache-Control', 'no-store');
  const attempt = await attempts.read(c);
  if (attempt === null || c.req.query('state') !== attempt.state) {
    return c.redirect(signInPath(undefined, 'expired'), 303);
  }
  await attempts.end(c);
  const callback = new URL(origin + CALLBACK + new URL(c.req.url).search);
  const result = await provider.finish(callback, attempt);
  return 'failed' in result ? c.redirect(signInPath(attempt.back, result.failed), 303) : signInAs(result, attempt.back);
}
