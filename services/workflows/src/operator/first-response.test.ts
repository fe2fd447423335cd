import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firstResponse } from './first-response.js';
import { SUMMARIES } from '../activity-summaries.js';

const handbook = readFileSync(new URL('../../../../docs/operating.md', import.meta.url), 'utf8');

describe('what to do first about a step', () => {
  it.each(Object.keys(SUMMARIES) as (keyof typeof SUMMARIES)[])('%s has an entry in the handbook', (step) => {
    const { doFirst, entry } = firstResponse(step);
    expect(doFirst.markdown).toContain('`box-office status`');
    const anchor = /#([a-z-]+)`$/.exec(entry.markdown)?.[1];
    expect(handbook).toContain(`\n#### ${anchor}\n`);
  });

  it('authenticate, which asks the payment provider, names it and what can be decided', () => {
    const { doFirst, entry } = firstResponse('authenticate');
    expect(doFirst.markdown).toContain('the payment provider');
    expect(doFirst.markdown).toContain('purchase compensate');
    expect(entry.markdown).toContain('#step-authenticate');
  });
});
