import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Provider } from 'oidc-provider';
import type { Page } from 'playwright-core';

const CLIENT = { id: 'box-office', secret: 'a secret of the service and the provider' };
/** With it comes the claim that says whose doors a person may open. */
const DOORS = { scope: 'doors', claim: 'box_office_events' };

/** What a service needs to know of a provider. */
export interface OpenIdProvider {
  /** For the service's environment. */
  readonly settings: Readonly<Record<string, string>>;
  listen(): Promise<void>;
  /** Stops answering, until it listens again. */
  close(): Promise<void>;
  /** Instead of leading the next person back to the service, shows a page; the address that it would have led to. */
  nextCallback(): Promise<string>;
  /** Codes and tokens that it has given out. */
  readonly secrets: readonly string[];
  /** The next ID token is sent with another signature. */
  spoilNextSignature(): void;
}

/** An OpenID provider on this machine, at which everybody can sign in with any name. It does not listen yet. */
export function createOpenIdProvider(o: {
  port: number;
  /** Begins the names of the settings of the service that people sign in to. */
  service: 'SHOP' | 'CONSOLE';
  serviceUrl: string;
  /** The events of the person with this name; none has the claim by default. */
  eventsOf?: (name: string) => unknown;
}): OpenIdProvider {
  const { service, serviceUrl } = o;
  const issuer = `http://127.0.0.1:${o.port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${serviceUrl}/sign-in/callback`],
        post_logout_redirect_uris: [`${serviceUrl}/`],
      },
    ],
    cookies: { keys: ['a key of its cookies'] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    claims: { openid: ['sub'], [DOORS.scope]: [DOORS.claim] },
    conformIdTokenClaims: false,
    findAccount: (_, name) => {
      const events = o.eventsOf?.(name);
      return { accountId: name, claims: () => ({ sub: name, ...(events !== undefined && { [DOORS.claim]: events }) }) };
    },
  });
  const secrets: string[] = [];
  let isSpoiled = false;
  let stopped: ((callback: string) => void) | undefined;
  provider.use(async (ctx, next) => {
    await next();
    const body = ctx.body as { id_token?: string; access_token?: string } | undefined;
    if (ctx.path === '/token') secrets.push(...[body?.id_token, body?.access_token].filter((one) => one !== undefined));
    if (isSpoiled && ctx.path === '/token' && body?.id_token !== undefined) {
      body.id_token = body.id_token.replace(/[^.]{8}$/, 'AAAAAAAA');
      isSpoiled = false;
    }
    const { location } = ctx.response.headers;
    if (!location?.startsWith(`${serviceUrl}/sign-in/callback`)) return;
    secrets.push(new URL(location).searchParams.get('code') ?? location);
    if (stopped === undefined) return;
    stopped(location);
    stopped = undefined;
    ctx.response.remove('location');
    ctx.status = 200;
    ctx.body = 'stopped';
  });
  const answer = provider.callback();
  let server: Server | undefined;
  return {
    settings: {
      [`${service}_OIDC_ISSUER`]: issuer,
      [`${service}_OIDC_CLIENT_ID`]: CLIENT.id,
      [`${service}_OIDC_CLIENT_SECRET`]: CLIENT.secret,
      [`${service}_OIDC_NAME`]: 'Example ID',
      ...(service === 'CONSOLE' && { CONSOLE_OIDC_SCOPE: `openid ${DOORS.scope}` }),
      [`${service}_PUBLIC_URL`]: serviceUrl,
      [`${service}_DEMO_SIGN_IN`]: 'false',
    },
    async listen() {
      server = createServer((request, response) => void answer(request, response)).listen(o.port, '127.0.0.1');
      await once(server, 'listening');
    },
    async close() {
      const closed = server && once(server, 'close');
      server?.close();
      server?.closeAllConnections();
      await closed;
    },
    secrets,
    nextCallback: () => new Promise((resolve) => (stopped = resolve)),
    spoilNextSignature: () => void (isSpoiled = true),
  };
}

/** What a person does at the provider, who signs in there with this name and agrees. */
export async function signInAtProvider(page: Page, name: string): Promise<void> {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByText('Authorize').waitFor();
  await page.locator('button[type=submit]').click();
}
