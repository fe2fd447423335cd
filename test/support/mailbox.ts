import type { ReceivedMail } from '@box-office/mailbox/message';
import { until } from './until.js';

/** What the local mailbox of a test system has received. */
export interface Mailbox {
  /** The mails to an address, newest first. */
  to(address: string): Promise<readonly ReceivedMail[]>;
  /** Waits for the first mail to an address. */
  first(address: string): Promise<ReceivedMail>;
  /** An attachment as text, byte by byte. */
  attachment(mail: ReceivedMail, index: number): Promise<string>;
}

export function createMailbox(url: string): Mailbox {
  const to: Mailbox['to'] = async (address) => {
    const response = await fetch(`${url}/mails.json?${new URLSearchParams({ to: address }).toString()}`);
    return ((await response.json()) as { mails: ReceivedMail[] }).mails;
  };
  return {
    to,
    first: (address) =>
      until(async () => {
        const mail = (await to(address)).at(-1);
        if (mail === undefined) throw new Error(`no mail to ${address}`);
        return mail;
      }, 60_000),
    async attachment({ id }, index) {
      const response = await fetch(`${url}/mails/${id}/attachments/${index}`);
      return Buffer.from(await response.arrayBuffer()).toString('latin1');
    },
  };
}
