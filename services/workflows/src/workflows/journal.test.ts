import { mdText } from '@box-office/contract';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openJournal, openStory } from './journal.js';

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
  it('begin with how it stands, and what to do first where a person should look', () => {
    const story = openStory<'open' | 'confirmed'>(mdText`### ${'ann'} buys`, 'open');
    story.amount({ amountMinor: 5_000, currency: 'EUR' });
    expect(story.text()).toMatch(
      new RegExp(`^\\*\\*Status:\\*\\* \`open\` since ${instant}, \`EUR 50.00\`\\. Nothing to do\\.\n`),
    );
    story.attention({ step: 'authorise', sinceMs: 0, cause: 'HTTP 503' });
    expect(story.text().split('\n\n').slice(0, 3)).toEqual([
      expect.stringMatching(new RegExp(`^\\*\\*Status:\\*\\* \`needs_attention\` since ${instant}, \`EUR 50.00\`\\.$`)),
      '**A person should look:** `authorise` has not got through since `1970-01-01 00:00:00Z` (`HTTP 503`). It is tried again meanwhile.',
      expect.stringMatching(/^\*\*Do first:\*\* See with `box-office status` .*`docs\/operating\.md#step-authorise`$/),
    ]);
    story.attention(null);
    story.status('confirmed');
    expect(labels).toEqual(['needs_attention', 'open', 'confirmed']);
  });

  it('end with an empty line, because the pane cuts the last one off', () => {
    const story = openStory(mdText`### Title`, 'open');
    story.tell(mdText`Something happened.`);
    expect(story.text()).toMatch(/Something happened\.\n\n$/);
  });

  it('tell each line with its time, and what people wrote last and under a label', () => {
    const story = openStory(mdText`### Title`, 'open', [mdText`Buyer's reason: ${'ill'}`]);
    story.tell(mdText`First.`);
    expect(story.text()).toMatch(new RegExp(`\n- ${instant} First\\.\n- Buyer's reason: \`ill\`\n\n$`));
  });

  it('are not written by a buyer: no line, heading, link, image or status comes from outside', () => {
    const order = {
      ...{ purchaseId: ATTACK, fingerprint: '', userId: ATTACK, eventId: ATTACK, paymentMethod: '', requestId: '' },
      items: [{ ticketType: ATTACK, quantity: 2 }],
    };
    const journal = openJournal([order]);
    journal.tell(mdText`is declined: ${ATTACK}`);
    journal.attention({ step: 'authorise', sinceMs: 0, cause: ATTACK });
    const story = openStory(mdText`### Title`, 'open', [mdText`Buyer's reason: ${ATTACK}`]);
    for (const text of [journal.text(), story.text()]) {
      expect(text).not.toMatch(/^# Sold|^- \*\*Status|[\u202E\r]/m);
      expect(text).not.toContain('\u001B');
      const outside = text.replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '…');
      expect(outside).not.toMatch(/evil|<img|\[link|code|Sold/);
    }
  });
});
