import { createHash } from 'node:crypto';
import type { Logger } from '@box-office/platform';
import * as openid from 'openid-client';

/** Bounds each call of the provider. */
const TIMEOUT_S = 3;
/** What the provider publishes is read again after so long, so that a sign-in is offered only while it answers. */
const METADATA_KEPT_MS = 5_000;
/** The person or the provider has decided against it; nothing is broken. */
const DENIED: ReadonlySet<string> = new Set([
  'access_denied',
  'login_required',
  'consent_required',
  'interaction_required',
]);

export interface IdentityProviderSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Undefined for a public client. */
  readonly clientSecret: string | undefined;
  /** As people know it. */
  readonly name: string;
  /** What is asked for, parted by spaces. */
  readonly scope: string;
  /** A claim of the ID token that the service reads besides the subject. */
  readonly claim?: string;
}

/** What only the browser that began a sign-in can know; it proves that the answer belongs to it. */
interface Challenge {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** `expired`: the code was used before or is too old. `failed`: the provider did not answer, or not as it must. */
export type SignInFailure = 'denied' | 'expired' | 'failed';

/** Who has signed in. */
export interface Identity {
  readonly subject: string;
  /** The claim that the settings name, as the provider has it; undefined without one. */
  readonly claim: unknown;
}

type SignInResult = Identity | { readonly failed: SignInFailure };

/** An OpenID provider, at which people prove who they are. */
export interface IdentityProvider {
  readonly name: string;
  isAvailable(): Promise<boolean>;
  /** Where the person signs in, by authorization code with PKCE; null while the provider does not answer. */
  begin(redirectUri: string): Promise<{ readonly url: URL; readonly challenge: Challenge } | null>;
  /** Exchanges the code in the address that the person came back to. No token is kept. */
  finish(callback: URL, challenge: Challenge): Promise<SignInResult>;
  /** Where the person's session at the provider ends; null where it has no such address, or does not answer. */
  signOutUrl(returnUri: string): Promise<URL | null>;
}

/** The person's id in Box Office: the same on each device, of a fixed length, and unlike that of a guest. */
export const subjectAt = (issuer: string, sub: string): string =>
  `oidc-${createHash('sha256')
    .update(JSON.stringify([issuer, sub]))
    .digest('base64url')}`;

export const isOfProvider = (subject: string | undefined): boolean => subject?.startsWith('oidc-') === true;

export function createIdentityProvider(o: IdentityProviderSettings & { logger: Logger }): IdentityProvider {
  let known: { readonly configuration: Promise<openid.Configuration>; readonly until: number } | undefined;

  const configuration = (): Promise<openid.Configuration> => {
    if (known === undefined || known.until < Date.now()) {
      known = { configuration: discover(o), until: Date.now() + METADATA_KEPT_MS };
    }
    return known.configuration;
  };
  const report = (error: unknown, message: string): void => o.logger.warn({ reason: reasonOf(error) }, message);
  const available = (): Promise<openid.Configuration | null> =>
    configuration().catch((error: unknown) => {
      report(error, 'the identity provider is unavailable');
      return null;
    });

  return {
    name: o.name,
    isAvailable: async () => (await available()) !== null,
    async begin(redirectUri) {
      const provider = await available();
      if (provider === null) return null;
      const codeVerifier = openid.randomPKCECodeVerifier();
      const challenge = { state: openid.randomState(), nonce: openid.randomNonce(), codeVerifier };
      const url = openid.buildAuthorizationUrl(provider, {
        redirect_uri: redirectUri,
        scope: o.scope,
        state: challenge.state,
        nonce: challenge.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url, challenge };
    },
    async finish(callback, { state, nonce, codeVerifier }) {
      try {
        const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier };
        const tokens = await openid.authorizationCodeGrant(await configuration(), callback, checks);
        const claims = tokens.claims();
        if (claims === undefined) throw new Error('the ID token is missing');
        return {
          subject: subjectAt(claims.iss, claims.sub),
          claim: o.claim === undefined ? undefined : claims[o.claim],
        };
      } catch (error) {
        if (error instanceof openid.AuthorizationResponseError && DENIED.has(error.error)) return { failed: 'denied' };
        if (error instanceof openid.ResponseBodyError && error.error === 'invalid_grant') return { failed: 'expired' };
        report(error, 'a sign-in failed');
        return { failed: 'failed' };
      }
    },
    async signOutUrl(returnUri) {
      const provider = await available();
      if (provider?.serverMetadata().end_session_endpoint === undefined) return null;
      return openid.buildEndSessionUrl(provider, { post_logout_redirect_uri: returnUri });
    },
  };
}

/** Reads what the provider publishes. ID tokens are checked with their signature, although they come from the provider itself. */
function discover({ issuer, clientId, clientSecret }: IdentityProviderSettings): Promise<openid.Configuration> {
  // Only of an issuer on this machine, see the settings.
  const isPlain = issuer.protocol === 'http:';
  return openid.discovery(issuer, clientId, undefined, authenticationBy(clientSecret), {
    timeout: TIMEOUT_S,
    execute: [openid.enableNonRepudiationChecks, ...(isPlain ? [openid.allowInsecureRequests] : [])],
  });
}

/** As the provider has it: HTTP Basic, which is the default of OpenID Connect, or the secret in the form. */
function authenticationBy(secret: string | undefined): openid.ClientAuth {
  if (secret === undefined) return openid.None();
  const [basic, inForm] = [openid.ClientSecretBasic(secret), openid.ClientSecretPost(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (methods.includes('client_secret_basic') ? basic : inForm)(server, ...rest);
  };
}

/** A code for the log. Messages and causes of these errors can hold tokens and claims. */
function reasonOf(error: unknown): string {
  if (error instanceof openid.AuthorizationResponseError || error instanceof openid.ResponseBodyError) {
    return error.error;
  }
  if (!(error instanceof Error)) return 'unknown';
  const codes = [error, error.cause].map((one) => (one as { code?: unknown } | undefined)?.code);
  return codes.find((code) => typeof code === 'string') ?? error.name;
}
