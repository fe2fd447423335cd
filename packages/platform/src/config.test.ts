import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, parseConfig, settingLines } from './config.js';

const schema = z.object({
  DATABASE_URL: z.url(),
  API_PORT: z.coerce.number().int().default(8080),
});

function errorOf(env: NodeJS.ProcessEnv): string {
  try {
    parseConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  return 'no complaint';
}

describe('parseConfig', () => {
  it('returns typed values and defaults, and leaves out what it was not asked for', () => {
    const config = parseConfig(schema, { DATABASE_URL: 'postgres://host/db', API_PORT: '', HOME: '/root' });
    expect(config).toEqual({ DATABASE_URL: 'postgres://host/db', API_PORT: 8080 });
  });

  it('names every variable that is missing or wrong in one line', () => {
    const message = errorOf({ API_PORT: 'eighty' });
    expect(message).toContain('DATABASE_URL is not set');
    expect(message).toContain('API_PORT is wrong');
    expect(message).not.toContain('\n');
  });

  it('treats an empty variable as one that is not set', () => {
    expect(errorOf({ DATABASE_URL: '' })).toContain('DATABASE_URL is not set');
  });

  it('never shows the value, which may be a secret', () => {
    expect(errorOf({ DATABASE_URL: 'hunter2', API_PORT: 'hunter3' })).not.toContain('hunter');
  });
});

it('settingLines trims each line, and leaves empty ones out', () => {
  expect(settingLines('Pier 7 | | 1000 Harbour')).toEqual(['Pier 7', '1000 Harbour']);
});
