import { afterEach, describe, expect, it, vi } from 'vitest';
import { start } from './commands/start.js';
import { neutralEnvironment, parseLauncherConfig } from './config.js';

const parse = (env: Record<string, string>): ReturnType<typeof parseLauncherConfig> =>
  parseLauncherConfig(env, { isTTY: true });

describe('the launcher’s configuration', () => {
  it('takes the addresses that are given, and no others', () => {
    const { given } = parse({ REDIS_URL: 'redis://example:6379', AMQP_URL: '' });
    expect(given).toEqual({ redisUrl: 'redis://example:6379' });
  });

  it('names the variable that is wrong', () => {
    expect(() => parse({ DATABASE_URL: 'localhost:5432' })).toThrow('DATABASE_URL');
    expect(() => parse({ API_PORT: '70000' })).toThrow('API_PORT');
    expect(() => parse({ JWT_SECRET: 'short' })).toThrow('JWT_SECRET');
  });

  it('hands on no empty variable, with which a server or text of the stack would be missing', () => {
    const { inherited } = parse({ SMTP_URL: '', SHOP_NAME: 'Opera' });
    expect(inherited).toEqual({ SHOP_NAME: 'Opera' });
  });

  it('keeps programs where XDG says, unless that is no absolute path', () => {
    expect(parse({ XDG_CACHE_HOME: '/tmp/cache' }).cacheDir).toBe('/tmp/cache/box-office');
    expect(parse({ XDG_CACHE_HOME: 'cache' }).cacheDir).toMatch(/^\/.*\/box-office$/);
  });
});

describe('a live key of Stripe', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('stops no command but npm start, which is a demonstration', async () => {
    expect(parse({ STRIPE_SECRET_KEY: 'sk_live_1' }).inherited).toEqual({ STRIPE_SECRET_KEY: 'sk_live_1' });
    vi.stubEnv('STRIPE_SECRET_KEY', 'sk_live_1');
    await expect(start([])).rejects.toThrow('STRIPE_SECRET_KEY is a live key');
  });
});

describe('a private stack’s environment', () => {
  it('holds no address, token or setting that was exported', () => {
    const exported = { PATH: '/bin', DATABASE_URL: 'postgres://precious', TEMPORAL_API_KEY: 'key', NODE_OPTIONS: '-x' };
    expect(neutralEnvironment(exported)).toEqual({ PATH: '/bin' });
  });
});
