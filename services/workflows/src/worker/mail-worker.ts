import { MAIL_DELIVERY_WORKFLOW, MAIL_DELIVERY_WORKFLOW_ID, MAIL_TASK_QUEUE } from '@box-office/contract';
import { hasDueMails } from '@box-office/database';
import { lightColours } from '@box-office/ui/colours';
import { createTicketCodes, readTicketKeys } from '@box-office/tickets/codes';
import { createMailActivities } from '../mail/activities.js';
import type { Organiser } from '../mail/activities/mail-layout.js';
import { createMailer } from '../mail/activities/mailer.js';
import { startDeliveryWorker, type DeliveryWorker, type DeliveryWorkerOptions } from './delivery-worker.js';

/** Where mails go, and what they say of us. */
export interface MailSettings {
  readonly smtpUrl: string;
  /** `Name <address>` or an address. */
  readonly from: string;
  /** How buyers reach the shop. */
  readonly shopUrl: string;
  readonly organiser: Pick<Organiser, 'name' | 'imprint'> & { readonly accent: string | undefined };
  /** Keys of tickets' codes. */
  readonly ticketKeys: readonly string[];
}

const START = {
  workflow: MAIL_DELIVERY_WORKFLOW,
  workflowId: MAIL_DELIVERY_WORKFLOW_ID,
  args: [],
  summary: 'Send the mails that are due',
};

/** Sends mails to buyers, by one workflow. */
export function startMailWorker(o: DeliveryWorkerOptions & { readonly mail: MailSettings }): Promise<DeliveryWorker> {
  const { mail, logger } = o;
  const mailer = createMailer({ url: mail.smtpUrl, from: mail.from });
  const codes = createTicketCodes(readTicketKeys(mail.ticketKeys));
  const { accent, ...organiser } = mail.organiser;
  const colours = lightColours(accent);
  const { retryDelaysMs } = o.replaced ?? {};
  return startDeliveryWorker(o, {
    name: 'mails',
    taskQueue: MAIL_TASK_QUEUE,
    createActivities: (pool) =>
      createMailActivities({
        pool,
        mailer,
        codes,
        shopUrl: mail.shopUrl,
        organiser: { ...organiser, colours },
        logger,
        ...(retryDelaysMs && { retryDelaysMs }),
      }),
    maxConcurrent: 1,
    findDue: async (pool) => ((await hasDueMails(pool)) ? [START] : []),
  });
}
