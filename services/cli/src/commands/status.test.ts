import { expect, it } from 'vitest';
import { deliveriesText } from './status.js';

const IN_TIME = { oldestDueMailS: 12, failedMails: 0, oldestDueWebhookS: 0 };

it.each([
  [IN_TIME, 'delivered in time'],
  [
    { ...IN_TIME, oldestDueMailS: 720 },
    'degraded: the oldest mail has been due for 12 min (without SMTP_URL none is sent)',
  ],
  [
    { oldestDueMailS: 0, failedMails: 1, oldestDueWebhookS: 301 },
    'degraded: the oldest message to integrators has been due for 5 min; 1 mail given up in 24 hours',
  ],
])('mails and webhooks: %o', (backlog, text) => expect(deliveriesText(backlog)).toBe(text));
