import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Provider } from 'oidc-provider';
import type { Page } from 'playwright-core';

const CLIENT = { id: 'box-office-shop', secret: 'a secret of the shop and the provider' };

/** What the shop needs to know of a provider. */
export interface OpenIdProvider {
  /** For the shop's environment. */
  readonly settings: Readonly<Record<string, string>>;
  listen(): Promise<void>;
  /** Stops answering, until it listens again. */
  close(): Promise<void>;
  /** Instead of leading the next buyer back to the shop, shows a page; the address that it would have led to. */
  nextCallback(): Promise<string>;
  /** Codes and tokens that it has given out. */
  readonly secrets: readonly string[];
  /** The next ID token is sent with another signature. */
  spoilNextSignature(): void;
}

/** An OpenID provider on this machine, at which everybody can sign in with any name. It does not listen yet. */
export function createOpenIdProvider(o: { port: number; shopUrl: string }): OpenIdProvider {
  const issuer = `http://127.0.0.1:${o.port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: CLIENT.id, client_secret: CLIENT.secret },
        redirect_uris: [`${o.shopUrl}/sign-in/callback`],
        post_logout_redirect_uris: [`${o.shopUrl}/`],
      },
    ],
    cookies: { keys: ['a key of its cookies'] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
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
    if (!location?.startsWith(`${o.shopUrl}/sign-in/callback`)) return;
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
      SHOP_OIDC_ISSUER: issuer,
      SHOP_OIDC_CLIENT_ID: CLIENT.id,
      SHOP_OIDC_CLIENT_SECRET: CLIENT.secret,
      SHOP_OIDC_NAME: 'Example ID',
      SHOP_PUBLIC_URL: o.shopUrl,
      SHOP_DEMO_SIGN_IN: 'false',
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
