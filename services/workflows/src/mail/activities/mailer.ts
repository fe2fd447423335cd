import { createTransport } from 'nodemailer';

/** A mail as it is sent. */
export interface Mail {
  /** The first part of the Message-ID: the same at every attempt. */
  readonly id: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly {
    readonly filename: string;
    readonly content: Buffer | string;
    readonly contentType: string;
  }[];
}

/**
 * How the mail server answered. `error` is a code: texts of servers may repeat the address, and go to no store and no log.
 *
 * - `refused`: permanently, the recipient or the mail (5xx)
 * - `later`: not now (4xx), or the answer was lost, and the mail may have been taken
 * - `unavailable`: the server cannot be reached or accepts no mail from us; the cause is not this mail
 */
export type Sending =
  { readonly kind: 'sent' } | { readonly kind: 'refused' | 'later' | 'unavailable'; readonly error: string };

export interface Mailer {
  /** Never rejects. */
  send(mail: Mail): Promise<Sending>;
}

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, dnsTimeout: 10_000, socketTimeout: 60_000 };

/**
 * Sends over SMTP, each mail over a connection of its own.
 *
 * @param o.url `smtps://user:password@host`, or `smtp://` with STARTTLS where the server offers it; `?requireTLS=true`
 *   insists on it
 * @param o.from `Name <address>` or an address
 */
export function createMailer({ url, from, timeouts = TIMEOUTS }: MailerOptions): Mailer {
  const domain = from.replace(/^.*@/, '').replace(/>$/, '');
  return {
    async send({ id, attachments, ...mail }) {
      const transport = createTransport({ url, ...timeouts }, { from });
      let unanswered: Unanswered = 'later';
      // The errors of nodemailer do not tell the phase. It asks for the text once the server has accepted the session.
      transport.use('stream', ({ message }, done) => {
        unanswered = 'unavailable';
        message.processFunc((text) => {
          unanswered = 'later';
          return text;
        });
        done();
      });
      try {
        await transport.sendMail({
          ...mail,
          messageId: `<${id}@${domain}>`,
          attachments: [...attachments],
          // RFC 3834: no "out of office" is sent in answer to it.
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        return { kind: 'sent' };
      } catch (error) {
        return sendingAfter(error as Failure, unanswered);
      } finally {
        transport.close();
      }
    },
  };
}

interface MailerOptions {
  readonly url: string;
  readonly from: string;
  /** In milliseconds. */
  readonly timeouts?: typeof TIMEOUTS;
}

/**
 * What a failure means that answers no command. Until the server has accepted the session, the cause is the server. Later it
 * may be this mail, which must not hold up the others, and the mail may have been taken.
 */
type Unanswered = 'unavailable' | 'later';

/** As nodemailer rejects. */
interface Failure {
  readonly code?: string;
  /** The command that was answered so. */
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** RFC 5321: the server ends the connection because it is shutting down. */
const SHUTTING_DOWN = 421;
const OF_THIS_MAIL = new Set(['RCPT TO', 'DATA']);

function sendingAfter(failure: Failure, unanswered: Unanswered): Sending {
  const { code = 'EUNKNOWN', command = '', responseCode, response = '' } = failure;
  if (responseCode === undefined) return { kind: unanswered, error: code };
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  const error = enhanced === undefined ? String(responseCode) : `${responseCode} ${enhanced}`;
  if (responseCode === SHUTTING_DOWN || command === 'MAIL FROM') return { kind: 'unavailable', error };
  if (!OF_THIS_MAIL.has(command)) return { kind: unanswered, error };
  return { kind: responseCode >= 500 ? 'refused' : 'later', error };
}
