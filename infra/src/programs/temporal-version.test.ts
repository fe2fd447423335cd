import { describe, expect, it } from 'vitest';
import { compareVersions, serverVersionFrom } from './temporal-version.js';

describe('the version of a Temporal CLI', () => {
  it('is that of the server inside, also when the CLI was built with Go and calls itself 0.0.0-DEV', () => {
    expect(serverVersionFrom('temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)')).toBe('1.29.1');
    expect(serverVersionFrom('temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)')).toBe('1.29.1');
    expect(serverVersionFrom('tctl version 1.18.0')).toBeUndefined();
  });

  it('is compared by numbers, not by letters', () => {
    expect(compareVersions('1.9.0', '1.28.0')).toBeLessThan(0);
    expect(compareVersions('1.28.0', '1.28.0')).toBe(0);
    expect(compareVersions('2.0.0', '1.28.0')).toBeGreaterThan(0);
  });
});
