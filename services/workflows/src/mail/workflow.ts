import { continueAsNew, proxyActivities } from '@temporalio/workflow';
import { PAGE_RETRIES, takePages } from '../delivery/take-pages.js';
import type { MailActivities } from './activities.js';

const { sendDueMails } = proxyActivities<MailActivities>(PAGE_RETRIES);

/**
 * Sends the mails that are due, page by page, and ends when none is. While the mail server does not answer it stays open:
 * its activity is tried again. The mail worker starts it when a mail or another attempt is due.
 */
export async function mailDelivery(): Promise<void> {
  const areAllSent = await takePages(sendDueMails);
  if (!areAllSent) await continueAsNew<typeof mailDelivery>();
}
