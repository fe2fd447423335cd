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
 * - `unavailable`: the server cannot be reached or takes nothing of us; it is no matter of this mail
 */
export type Sending =
  { readonly kind: 'sent' } | { readonly kind: 'refused' | 'later' | 'unavailable'; readonly error: string };

export interface Mailer {
  /** Never rejects. */
  send(mail: Mail): Promise<Sending>;
  close(): void;
}

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, dnsTimeout: 10_000, socketTimeout: 60_000 };

/**
 * Sends over SMTP, each mail over a connection of its own.
 *
 * @param o.url `smtps://user:password@host`, or `smtp://` with STARTTLS where the server offers it; `?requireTLS=true`
 *   insists on it
 * @param o.from `Name <address>` or an address
 */
export function createMailer({ url, from }: { readonly url: string; readonly from: string }): Mailer {
  const transport = createTransport(url, { ...TIMEOUTS, from });
  const domain = from.replace(/^.*@/, '').replace(/>$/, '');
  return {
    async send({ id, attachments, ...mail }) {
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
        return sendingAfter(error as Failure);
      }
    },
    close: () => transport.close(),
  };
}

/** As nodemailer rejects. */
interface Failure {
  readonly code?: string;
  /** The command that was answered so. */
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** The server could not be reached, or does not take us. */
const NO_SERVER = new Set(['EDNS', 'ESOCKET', 'ETLS', 'EAUTH', 'ENOAUTH', 'EOAUTH2', 'ECONFIG', 'EPROXY']);
/** RFC 5321: the server ends the connection because it is shutting down. */
const SHUTTING_DOWN = 421;
const OF_THIS_MAIL = new Set(['RCPT TO', 'DATA']);

function sendingAfter({ code = 'EUNKNOWN', command = '', responseCode, response = '' }: Failure): Sending {
  if (responseCode === undefined) return { kind: NO_SERVER.has(code) ? 'unavailable' : 'later', error: code };
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  const error = enhanced === undefined ? String(responseCode) : `${responseCode} ${enhanced}`;
  if (NO_SERVER.has(code) || responseCode === SHUTTING_DOWN || !OF_THIS_MAIL.has(command)) {
    return { kind: 'unavailable', error };
  }
  return { kind: responseCode >= 500 ? 'refused' : 'later', error };
}
