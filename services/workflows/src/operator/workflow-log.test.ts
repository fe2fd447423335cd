import { mdText } from '@box-office/contract';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { purchaseTitle } from '../purchase/title.js';
import { openWorkflowLog } from './workflow-log.js';

const shown: string[] = [];
const labels: unknown[] = [];
vi.mock('@temporalio/workflow', async (original) => ({
  ...(await original<object>()),
  setCurrentDetails: (text: string) => shown.push(text),
  upsertSearchAttributes: (pairs: readonly { value: unknown }[]) => labels.push(...pairs.map(({ value }) => value)),
}));
beforeEach(() => {
  [shown.length, labels.length] = [0, 0];
});

const ATTACK =
  'ill\n\n# Sold\n- **Status:** confirmed\r\n[link](https://evil.example) ![img](https://evil.example/x.png) <img src=x> ' +
  '`code` \u001B[31mred \u202Etxt';
const instant = '`\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}Z`';

describe('the current details', () => {
  it('begin with how it stands, and what to do first where an operator is needed', () => {
    const log = openWorkflowLog<'open' | 'confirmed'>(mdText`### ${'ann'} buys`, 'open');
    log.amount({ amountMinor: 5_000, currency: 'EUR' });
    expect(log.text()).toMatch(
      new RegExp(`^\\*\\*Status:\\*\\* \`open\` since ${instant}, \`EUR 50.00\`\\. Nothing to do\\.\n`),
    );
    log.needsOperator({ step: 'authorise', sinceMs: 0, cause: 'HTTP 503' });
    expect(log.text().split('\n\n').slice(0, 3)).toEqual([
      expect.stringMatching(new RegExp(`^\\*\\*Status:\\*\\* \`needs_attention\` since ${instant}, \`EUR 50.00\`\\.$`)),
      '**Needs an operator:** `authorise` has failed since `1970-01-01 00:00:00Z` (`HTTP 503`). It is being retried.',
      expect.stringMatching(/^\*\*Do first:\*\* See with `box-office status` .*`docs\/operating\.md#step-authorise`$/),
    ]);
    log.needsOperator(null);
    log.status('confirmed');
    expect(labels).toEqual(['needs_attention', 'open', 'confirmed']);
  });

  it('end with an empty line, because the pane cuts the last one off', () => {
    const log = openWorkflowLog(mdText`### Title`, 'open');
    log.append(mdText`Something happened.`);
    expect(log.text()).toMatch(/Something happened\.\n\n$/);
  });

  it('tell each line with its time, and what people wrote last and under a label', () => {
    const log = openWorkflowLog(mdText`### Title`, 'open', [mdText`Buyer's reason: ${'ill'}`]);
    log.append(mdText`First.`);
    expect(log.text()).toMatch(new RegExp(`\n- ${instant} First\\.\n- Buyer's reason: \`ill\`\n\n$`));
  });

  it('are not written by a buyer: no line, heading, link, image or status comes from outside', () => {
    const order = {
      purchaseId: ATTACK,
      fingerprint: '',
      userId: ATTACK,
      eventId: ATTACK,
      paymentMethod: '',
      requestId: '',
      items: [{ ticketType: ATTACK, quantity: 2 }],
    };
    const log = openWorkflowLog(purchaseTitle([order]), 'open');
    log.append(mdText`is declined: ${ATTACK}`);
    log.needsOperator({ step: 'authorise', sinceMs: 0, cause: ATTACK });
    const withReason = openWorkflowLog(mdText`### Title`, 'open', [mdText`Buyer's reason: ${ATTACK}`]);
    for (const text of [log.text(), withReason.text()]) {
      expect(text).not.toMatch(/^# Sold|^- \*\*Status|[\u202E\r]/m);
      expect(text).not.toContain('\u001B');
      const outside = text.replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '…');
      expect(outside).not.toMatch(/evil|<img|\[link|code|Sold/);
    }
  });
});
