import { isLoopbackUrl } from '@box-office/contract';
import { z } from 'zod';
import type { IdentityProviderSettings } from './identity-provider.js';

/** Rules of the settings of an OpenID provider, whatever the service calls them. */
export const oidcSettings = {
  issuer: z.string().optional(),
  clientId: z.string().max(1_024).optional(),
  /** A client without one is public. */
  clientSecret: z.string().max(1_024).optional(),
  /** What people call the provider; its host if unset. */
  name: z.string().max(60).optional(),
};

/** How people sign in: at an OpenID provider, as somebody of the demo, or not at all. */
export type SignIn =
  | { readonly kind: 'provider'; readonly provider: IdentityProviderSettings }
  | { readonly kind: 'demo' }
  | { readonly kind: 'none' };

/** What a service has read of its environment. */
interface SignInValues {
  /** Begins the names of its settings: `SHOP`. */
  readonly service: string;
  /** By what follows `…_OIDC_`. */
  readonly oidc: Readonly<
    Record<'ISSUER' | 'CLIENT_ID' | 'CLIENT_SECRET' | 'NAME', string | undefined> & Record<string, string | undefined>
  >;
  readonly publicOrigin: string | undefined;
  readonly isDemo: boolean;
}

/** What contradicts itself in the settings of the sign-in. */
export function faultsOfSignIn({ service, oidc, publicOrigin, isDemo }: SignInValues): string[] {
  const nameOf = (setting: string): string => `${service}_OIDC_${setting}`;
  const { ISSUER: issuer } = oidc;
  if (issuer === undefined) {
    const without = Object.keys(oidc).filter((setting) => oidc[setting] !== undefined);
    return without.map((setting) => `${nameOf(setting)} is set, and ${nameOf('ISSUER')} is not`);
  }
  return [
    ...(isConfidential(issuer) && !/[?#@]/.test(issuer)
      ? []
      : [`${nameOf('ISSUER')} is no HTTPS address without query (HTTP only on this machine)`]),
    ...(oidc.CLIENT_ID === undefined ? [`${nameOf('ISSUER')} needs ${nameOf('CLIENT_ID')}`] : []),
    ...(publicOrigin !== undefined && isConfidential(publicOrigin)
      ? []
      : [`${nameOf('ISSUER')} needs ${service}_PUBLIC_URL with HTTPS (HTTP only on this machine)`]),
    ...(isDemo ? [`${nameOf('ISSUER')} is set, and ${service}_DEMO_SIGN_IN lets anybody sign in: set one`] : []),
  ];
}

function isConfidential(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'https:' || isLoopbackUrl(url);
}

/** @param more where more than the subject is read */
export function signInOf(
  { oidc, isDemo }: SignInValues,
  more: Partial<Pick<IdentityProviderSettings, 'scope' | 'claim'>> = {},
): SignIn {
  const { ISSUER: address, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = oidc;
  if (address === undefined || clientId === undefined) return { kind: isDemo ? 'demo' : 'none' };
  const issuer = new URL(address);
  const name = oidc.NAME ?? issuer.hostname;
  return { kind: 'provider', provider: { issuer, clientId, clientSecret, name, scope: 'openid', ...more } };
}
