import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configOf } from './config.js';
import { parseEnvFile } from './env-file.js';
import { EXIT } from './failure.js';

const dir = mkdtempSync(join(tmpdir(), 'cli-config-'));
afterAll(() => rmSync(dir, { recursive: true }));

const FILE = `# Written at each start
API_URL=http://127.0.0.1:1
DATABASE_URL='postgres://u:it'\\''s&more@h:1/d'
OPERATOR_TOKEN=a.b.c
JWT_SECRET=not read here
`;

function folderWith(text: string): string {
  const folder = mkdtempSync(join(dir, 'folder-'));
  mkdirSync(join(folder, '.local'));
  writeFileSync(join(folder, '.local', 'stack.env'), text);
  return folder;
}

describe('the configuration', () => {
  it('is that of the stack which runs here, where the environment says nothing', () => {
    const config = configOf({ PATH: '/bin' }, [dir, folderWith(FILE), folderWith('API_URL=http://other')]);
    expect(config.required('API_URL')).toBe('http://127.0.0.1:1');
    expect(config.required('DATABASE_URL')).toBe("postgres://u:it's&more@h:1/d");
  });

  it('takes a token from the environment for the stack that runs here', () => {
    const config = configOf({ OPERATOR_TOKEN: 'x.y.z', API_URL: 'http://127.0.0.1:1' }, [folderWith(FILE)]);
    expect(config.required('OPERATOR_TOKEN')).toBe('x.y.z');
    expect(config.given('DATABASE_URL')).toBeDefined();
  });

  it('never mixes the addresses of two systems', () => {
    const config = configOf({ API_URL: 'https://tickets.example' }, [folderWith(FILE)]);
    expect(config.required('API_URL')).toBe('https://tickets.example');
    expect(() => config.required('DATABASE_URL')).toThrow(/^DATABASE_URL is not set: .*was not used$/);
    expect(config.given('OPERATOR_TOKEN')).toBeUndefined();
  });

  it('that is missing or wrong is a failure of one line that tells no value', () => {
    expect(() => configOf({}, [dir]).required('AMQP_URL')).toThrow(/^AMQP_URL is not set: [^\n]+$/);
    const wrong = (): unknown => configOf({ AMQP_URL: 'secret@broker' }, [dir]);
    expect(wrong).toThrow(expect.objectContaining({ exitCode: EXIT.usage }));
    expect(wrong).toThrow(/^(?!.*secret)Configuration: AMQP_URL is wrong[^\n]*$/);
    const noKey = (): unknown => configOf({ STRIPE_SECRET_KEY: 'pk_live_hunter2' }, [dir]);
    expect(noKey).toThrow(/^(?!.*hunter2)Configuration: STRIPE_SECRET_KEY is wrong[^\n]*$/);
  });
});

describe('an env file', () => {
  it('is read as a shell would', () => {
    const text = `A=plain\nexport B='two words'\nC="quoted"\nD=\n#E=1\nF='it'\\''s'\nG=a=b&c`;
    expect(parseEnvFile(text)).toEqual({ A: 'plain', B: 'two words', C: 'quoted', D: '', F: "it's", G: 'a=b&c' });
  });
});
