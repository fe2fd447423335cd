import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firstResponse } from './first-response.js';
import { SUMMARIES } from '../activity-summaries.js';

const handbook = readFileSync(new URL('../../../../docs/operating.md', import.meta.url), 'utf8');
/** Rows of its table from steps to entries. */
const ROWS = /^\| ((?:`\w+`(?:, )?)+) +\| \[[^\]]+\]\(#([a-z-]+)\) +\|$/gm;
const entries = new Map(
  [...handbook.matchAll(ROWS)].flatMap(([, steps = '', entry]) =>
    [...steps.matchAll(/\w+/g)].map(([step]): [string, string | undefined] => [step, entry]),
  ),
);

describe('what to do first about a step', () => {
  it.each(Object.keys(SUMMARIES) as (keyof typeof SUMMARIES)[])('%s has an entry in the handbook', (step) => {
    const { doFirst, entry } = firstResponse(step);
    expect(doFirst.markdown).toContain('`box-office status`');
    const anchor = /#([a-z-]+)`$/.exec(entry.markdown)?.[1];
    expect(handbook).toContain(`\n#### ${anchor}\n`);
    expect(entries.get(step)).toBe(anchor);
  });

  it('authenticate, which asks the payment provider, names it and what can be decided', () => {
    const { doFirst, entry } = firstResponse('authenticate');
    expect(doFirst.markdown).toContain('the payment provider');
    expect(doFirst.markdown).toContain('purchase compensate');
    expect(entry.markdown).toContain('#step-authenticate');
  });
});
