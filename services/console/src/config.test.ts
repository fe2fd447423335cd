import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';

const BASE = {
  API_URL: 'http://127.0.0.1:8080',
  CONSOLE_SESSION_SECRET: 'x'.repeat(32),
  CONSOLE_SIGNING_KEY: 'eA==',
};
const PROVIDER = {
  CONSOLE_OIDC_ISSUER: 'https://id.example/realms/staff',
  CONSOLE_OIDC_CLIENT_ID: 'console',
  CONSOLE_PUBLIC_URL: 'https://door.example',
};
const signInOf = (env: Record<string, string>) => readConfig({ ...BASE, ...env }).signIn;

describe('how the staff signs in', () => {
  it('is not at all by default, as the demo staff, or at a provider, which says whose doors a person may open', () => {
    expect(signInOf({})).toEqual({ kind: 'none' });
    expect(signInOf({ CONSOLE_DEMO_SIGN_IN: 'true' })).toEqual({ kind: 'demo' });
    const provider = { issuer: new URL(PROVIDER.CONSOLE_OIDC_ISSUER), clientId: 'console', clientSecret: undefined };
    const asked = { name: 'id.example', scope: 'openid', claim: 'box_office_events' };
    expect(signInOf(PROVIDER)).toEqual({ kind: 'provider', provider: { ...provider, ...asked } });
    const named = {
      CONSOLE_OIDC_NAME: 'Staff',
      CONSOLE_OIDC_SCOPE: 'openid doors',
      CONSOLE_OIDC_EVENTS_CLAIM: 'doors',
    };
    expect(signInOf({ ...PROVIDER, ...named })).toMatchObject({
      provider: { name: 'Staff', scope: 'openid doors', claim: 'doors' },
    });
  });

  it.each([
    [{ CONSOLE_OIDC_ISSUER: 'http://id.example' }, 'CONSOLE_OIDC_ISSUER is no HTTPS address'],
    [{ CONSOLE_OIDC_CLIENT_ID: '' }, 'CONSOLE_OIDC_ISSUER needs CONSOLE_OIDC_CLIENT_ID'],
    [{ CONSOLE_PUBLIC_URL: '' }, 'CONSOLE_OIDC_ISSUER needs CONSOLE_PUBLIC_URL'],
    [{ CONSOLE_OIDC_SCOPE: 'doors' }, 'CONSOLE_OIDC_SCOPE'],
    [{ CONSOLE_OIDC_SCOPE: 'openid-doors' }, 'CONSOLE_OIDC_SCOPE'],
    [{ CONSOLE_DEMO_SIGN_IN: 'true' }, 'CONSOLE_DEMO_SIGN_IN lets anybody sign in: set one'],
  ])('stops the process with one line where it is wrong: %j', (change, message) => {
    expect(() => signInOf({ ...PROVIDER, ...change })).toThrow(message);
    expect(() => signInOf({ ...PROVIDER, ...change })).not.toThrow('\n');
  });

  it('needs the provider where a claim is named', () => {
    expect(() => signInOf({ CONSOLE_OIDC_EVENTS_CLAIM: 'doors' })).toThrow(
      'CONSOLE_OIDC_EVENTS_CLAIM is set, and CONSOLE_OIDC_ISSUER is not',
    );
  });
});
