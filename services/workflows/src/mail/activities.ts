import { listDueMails, recordMailAttempt, type DueMail, type MailResult } from '@box-office/database';
import type { Logger } from '@box-office/platform';
import { ApplicationFailure } from '@temporalio/activity';
import { RETRY_DELAYS_MS, retryInMs } from '../delivery/activities/retry-schedule.js';
import { deliverPage, PAGE_SIZE } from '../delivery/activities/deliver-page.js';
import { composeGuestLink } from './activities/compose-guest-link.js';
import { composeTickets, type ComposeDeps } from './activities/compose-tickets.js';
import type { Mailer, Sending } from './activities/mailer.js';

export interface MailDeps extends ComposeDeps {
  readonly mailer: Mailer;
  readonly logger: Logger;
  readonly retryDelaysMs?: readonly number[];
}

/** Mails to buyers. Names and addresses are read when a mail is sent, and are in no input, result, failure or log. */
export function createMailActivities(deps: MailDeps) {
  const { pool, mailer, logger, retryDelaysMs = RETRY_DELAYS_MS } = deps;

  /** Sends a mail once and records how it went. @returns why the server takes no mail at all, if it does not */
  async function deliver(due: DueMail): Promise<string | null> {
    const sending = await composeAndSend(due);
    if (sending.kind === 'unavailable') return sending.error;
    await recordMailAttempt(pool, due, resultOf(sending, due.attempts + 1));
    return null;
  }

  async function composeAndSend(due: DueMail): Promise<Sending> {
    try {
      const mail = due.kind === 'tickets' ? await composeTickets(deps, due) : await composeGuestLink(deps, due);
      return typeof mail === 'string' ? { kind: 'refused', error: mail } : await mailer.send(mail);
    } catch (err) {
      // One mail that cannot be made must not hold up the others.
      logger.error({ err, mailId: due.mailId }, 'a mail cannot be made');
      return { kind: 'later', error: 'not_composed' };
    }
  }

  function resultOf(sending: Exclude<Sending, { kind: 'unavailable' }>, attempts: number): MailResult {
    if (sending.kind === 'sent') return sending;
    const delayMs = sending.kind === 'refused' ? null : retryInMs(retryDelaysMs, attempts, Math.random());
    const { error } = sending;
    return delayMs === null ? { kind: 'failed', error } : { kind: 'retry', error, retryInMs: delayMs };
  }

  return {
    /**
     * Sends the mails that are due: a page of them, several at once. Each is recorded when it was answered, so what a
     * worker that dies has sent is at most sent again, with the same Message-ID.
     *
     * @returns whether there may be more
     * @throws ApplicationFailure if the mail server takes no mail at all: no mail has lost an attempt by that
     */
    async sendDueMails(): Promise<boolean> {
      const due = await listDueMails(pool, PAGE_SIZE);
      let unavailable: string | null = null;
      const mayHaveMore = await deliverPage(due, async (mail) => {
        unavailable = (await deliver(mail)) ?? unavailable;
        return unavailable === null;
      });
      if (unavailable !== null) {
        throw ApplicationFailure.create({ message: `The mail server takes no mail: ${String(unavailable)}` });
      }
      return mayHaveMore;
    },
  };
}

export type MailActivities = ReturnType<typeof createMailActivities>;
