import { ConfigError } from '@box-office/platform';
import { describe, expect, it } from 'vitest';
import { configWarnings, readConfig } from './config.js';
import { newTicketKey, retired } from '@box-office/tickets/testing';

const env = {
  DATABASE_URL: 'postgres://box_office@127.0.0.1/box_office',
  REDIS_URL: 'redis://127.0.0.1',
  JWT_SECRET: 'a secret of no less than thirty-two characters',
  TICKET_SIGNING_KEYS: newTicketKey(),
};
const fault = (changes: Record<string, string | undefined>): string => {
  try {
    readConfig({ ...env, ...changes });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'none';
};

describe('configuration', () => {
  it('is complete with four variables', () => {
    expect(readConfig(env)).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      purchaseWaitMs: 10_000,
      logLevel: 'info',
      tokens: {
        keys: { secret: env.JWT_SECRET },
        issuer: 'box-office-local',
        audience: 'box-office',
        maxLifetimeS: 604_800,
      },
    });
  });

  it('warns where Stripe sends its events and no buyer may return', () => {
    const warnings = (changes: Record<string, string>) => configWarnings(readConfig({ ...env, ...changes }));
    const stripe = { STRIPE_WEBHOOK_SECRET: 'whsec_1' };
    expect(warnings(stripe)).toEqual([expect.stringMatching(/^PAYMENT_RETURN_ORIGINS is empty: .* refused/)]);
    expect(warnings({ ...stripe, PAYMENT_RETURN_ORIGINS: 'https://shop.example' })).toEqual([]);
    expect(warnings({})).toEqual([]);
  });

  it('takes several keys of tickets’ codes, of which the first one signs', () => {
    const [next, old] = [newTicketKey(), newTicketKey()];
    const keys = [next, retired(old)];
    expect(readConfig({ ...env, TICKET_SIGNING_KEYS: keys.join(', ') }).ticketKeys).toEqual(keys);
    expect(fault({ TICKET_SIGNING_KEYS: retired(old) })).toContain('the first key is the one that signs');
    expect(fault({ TICKET_SIGNING_KEYS: 'secret' })).toContain('keys of Ed25519');
    expect(fault({ TICKET_SIGNING_KEYS: undefined })).toContain('TICKET_SIGNING_KEYS');
  });

  it('takes the address and namespace of Temporal as its SDKs do', () => {
    const config = readConfig({ ...env, TEMPORAL_ADDRESS: '127.0.0.1:7777', TEMPORAL_NAMESPACE: 'box-office' });
    expect(config.temporal).toMatchObject({
      connectionOptions: { address: '127.0.0.1:7777' },
      namespace: 'box-office',
    });
  });

  it('needs exactly one way of verifying tokens, and no secret by default', () => {
    expect(fault({ JWT_SECRET: undefined })).toContain('JWT_SECRET or JWKS_URL');
    expect(fault({ JWKS_URL: 'https://issuer.example/keys' })).toContain('JWT_SECRET or JWKS_URL');
  });

  it('takes further issuers as a list in JSON, each with a name of its own', () => {
    const shop = { issuer: 'shop', audience: 'tickets', jwksUrl: 'http://127.0.0.1:1/keys', roles: ['buyer'] };
    expect(readConfig({ ...env, TOKEN_ISSUERS: JSON.stringify([shop]) }).otherIssuers).toEqual([
      {
        issuer: 'shop',
        audience: 'tickets',
        roles: ['buyer'],
        maxLifetimeS: 3_600,
        keys: { jwksUrl: new URL(shop.jwksUrl) },
      },
    ]);
    expect(fault({ TOKEN_ISSUERS: '{' })).toContain('TOKEN_ISSUERS is wrong (a list in JSON)');
    expect(fault({ TOKEN_ISSUERS: JSON.stringify([shop, shop]) })).toContain('a name of its own');
    expect(fault({ TOKEN_ISSUERS: JSON.stringify([{ ...shop, issuer: 'box-office-local' }]) })).toContain('own');
    expect(fault({ TOKEN_ISSUERS: JSON.stringify([{ ...shop, roles: [] }]) })).toContain('TOKEN_ISSUERS');
  });

  it('needs issuer and audience beside published keys, and stops with one line without them', () => {
    const published = { JWT_SECRET: undefined, JWKS_URL: 'https://issuer.example/keys' };
    const named = { JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'https://tickets.example' };
    expect(fault({ ...published, ...named })).toBe('none');
    for (const missing of ['JWT_ISSUER', 'JWT_AUDIENCE']) {
      const message = fault({ ...published, ...named, [missing]: '' });
      expect(message).toContain(`${missing} is not set (required where JWKS_URL is set)`);
      expect(message).not.toContain('\n');
    }
  });

  it.each([
    ['DATABASE_URL', 'mysql://127.0.0.1/box_office'],
    ['REDIS_URL', 'nonsense'],
    ['JWT_SECRET', 'short'],
    ['API_PORT', '70000'],
    ['PURCHASE_WAIT_MS', '-1'],
    ['LOG_LEVEL', 'chatty'],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['CORS_ORIGINS', 'https://shop.example/page'],
    ['RATE_LIMIT_BUYER_PER_MINUTE', '-600'],
  ])('is refused with one line that names %s and not its value', (name, value) => {
    const message = fault({ [name]: value });
    expect(message).toContain(name);
    expect(message).not.toContain('\n');
    expect(message).not.toContain(value === '-1' || value === 'nonsense' ? '\0' : value);
  });
});
