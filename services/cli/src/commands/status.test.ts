import { expect, it } from 'vitest';
import { deliveriesText } from './status.js';

const IN_TIME = { oldestDueMailS: 12, failedMails: 0, oldestDueWebhookS: 0 };

it.each([
  [IN_TIME, 'delivered in time'],
  [{ ...IN_TIME, oldestDueMailS: 720 }, 'degraded: the oldest mail has been due for 12 min'],
  [
    { oldestDueMailS: 0, failedMails: 1, oldestDueWebhookS: 301 },
    'degraded: 1 mail given up in 24 hours, the oldest message to integrators has been due for 5 min',
  ],
])('mails and webhooks: %o', (backlog, text) => expect(deliveriesText(backlog)).toBe(text));
