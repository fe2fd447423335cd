import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { behaviourOf, type Behaviour } from './behaviour.js';
import type { MailStore } from './store.js';

const MAX_MAIL_BYTES = 10 * 1_024 * 1_024;
const SLOW_MS = 3_000;
const MAX_REMEMBERED = 10_000;

/** An SMTP server that keeps mails and passes none on. Without TLS and passwords: it listens on this machine alone. */
export async function startSmtp(o: { host: string; port: number; store: MailStore }): Promise<SMTPServer> {
  const tried = new Set<string>();
  const isFirst = (address: string): boolean => {
    if (tried.has(address)) return false;
    if (tried.size >= MAX_REMEMBERED) tried.clear();
    tried.add(address);
    return true;
  };

  const server: SMTPServer = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: MAX_MAIL_BYTES,
    logger: false,
    onRcptTo({ address }, _session, callback) {
      const behaviour = behaviourOf(address);
      if (behaviour === 'refused') return callback(answer(550, `5.1.1 <${address}>: there is no such recipient`));
      if (behaviour === 'greylisted' && isFirst(address)) return callback(answer(451, '4.7.1 Try again later'));
      callback();
    },
    onData(stream, session, callback) {
      const address = session.envelope.rcptTo[0]?.address ?? '';
      const behaviour = behaviourOf(address);
      receive(stream, behaviour).then(
        () => {
          if (behaviour === 'lost' && isFirst(address)) cut(session);
          else callback();
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });

  async function receive(stream: Parameters<typeof buffer>[0] & { sizeExceeded?: boolean }, behaviour: Behaviour) {
    const source = await buffer(stream);
    if (stream.sizeExceeded === true) throw answer(552, '5.3.4 The mail is too large');
    if (behaviour === 'slow') await sleep(SLOW_MS);
    await o.store.add(source);
  }

  function cut({ id }: SMTPServerSession): void {
    for (const connection of server.connections) if (connection.session.id === id) connection._socket.destroy();
  }

  // A connection that ends in the middle is the client's affair.
  server.on('error', () => undefined);
  await once(server.listen(o.port, o.host), 'listening');
  return server;
}

const answer = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });
