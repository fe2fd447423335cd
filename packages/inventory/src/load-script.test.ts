import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadScript } from './load-script.js';
import { connected } from './testing/connected.js';

const redis = connected();
const names = readdirSync(new URL('../lua/', import.meta.url))
  .filter((file) => file.endsWith('.lua'))
  .map((file) => file.slice(0, -'.lua'.length));

describe('a script file', () => {
  it.each(names)('%s compiles in Redis with its includes, under the hash that it is called by', async (name) => {
    const { lua, sha } = loadScript(name);
    expect(lua).not.toContain('@include');
    expect(await redis.script('LOAD', lua)).toBe(sha);
  });

  it('contains an included file once, in the place of its line', () => {
    const { lua } = loadScript('release');
    expect(lua.split('local function own_run_id()')).toHaveLength(2);
    expect(lua.indexOf('local function own_run_id()')).toBeLessThan(lua.indexOf('local function set_tombstones('));
    expect(lua.indexOf('local function set_tombstones(')).toBeLessThan(lua.indexOf('local function release('));
  });

  it('that is missing fails when it is loaded', () => {
    expect(() => loadScript('no-such-script')).toThrow('ENOENT');
  });
});
