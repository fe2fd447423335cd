import { ConfigError } from '@box-office/platform';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';

const env = {
  DATABASE_URL: 'postgres://box_office@127.0.0.1/box_office',
  REDIS_URL: 'redis://127.0.0.1',
  JWT_SECRET: 'a secret of no less than thirty-two characters',
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
  it('is complete with three variables', () => {
    expect(readConfig(env)).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      purchaseWaitMs: 10_000,
      logLevel: 'info',
      tokens: { keys: { secret: env.JWT_SECRET } },
    });
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
    expect(fault({ JWT_SECRET: undefined, JWKS_URL: 'https://issuer.example/keys' })).toBe('none');
  });

  it.each([
    ['DATABASE_URL', 'mysql://127.0.0.1/box_office'],
    ['REDIS_URL', 'nonsense'],
    ['JWT_SECRET', 'short'],
    ['API_PORT', '70000'],
    ['PURCHASE_WAIT_MS', '-1'],
    ['LOG_LEVEL', 'chatty'],
  ])('is refused with one line that names %s and not its value', (name, value) => {
    const message = fault({ [name]: value });
    expect(message).toContain(name);
    expect(message).not.toContain('\n');
    expect(message).not.toContain(value === '-1' || value === 'nonsense' ? '\0' : value);
  });
});
