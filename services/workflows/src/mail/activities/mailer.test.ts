import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { createMailer, type Sending } from './mailer.js';

type Step = 'CONNECT' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'TEXT';

const ANSWERS: Record<Step, string> = {
  CONNECT: '220 ready',
  EHLO: '250-localhost\r\n250 AUTH PLAIN',
  AUTH: '235 2.7.0 accepted',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go ahead',
  TEXT: '250 2.0.0 taken',
};
const TIMEOUTS = { connectionTimeout: 2_000, greetingTimeout: 200, dnsTimeout: 2_000, socketTimeout: 500 };
const MAIL = {
  id: 'mail-1',
  to: { name: 'Ann Lee', address: 'ann@example.com' },
  subject: 'Your tickets',
  text: 'Hello',
  html: '<p>Hello</p>',
  attachments: [{ filename: 'tickets.pdf', content: Buffer.from('%PDF'), contentType: 'application/pdf' }],
};

let server: Server | undefined;
afterEach(() => server?.close());

/** Sends a mail to a server that answers one step in another way: with a line, `close`, `reset`, `silence` or `cut off`. */
async function sendTo(step: Step, answer: string): Promise<Sending> {
  server = createServer((socket) => {
    const respond = (at: Step): void => {
      const reply = at === step ? answer : ANSWERS[at];
      if (reply === 'close') socket.end();
      else if (reply === 'cut off') socket.end('554 5.7');
      else if (reply === 'reset') socket.resetAndDestroy();
      else if (reply !== 'silence') socket.write(`${reply}\r\n`);
    };
    socket.on('error', () => undefined);
    let isText = false;
    createInterface({ input: socket }).on('line', (line) => {
      const command = line.slice(0, 4) as Step;
      if (isText && line !== '.') return;
      respond(isText ? 'TEXT' : command);
      isText = command === 'DATA';
    });
    respond('CONNECT');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return send(port);
}

const send = (port: number): Promise<Sending> =>
  createMailer({
    url: `smtp://user:secret@127.0.0.1:${port}`,
    from: 'Hall <hall@example.com>',
    timeouts: TIMEOUTS,
  }).send(MAIL);

describe('a mail', () => {
  it('is sent when the server has taken its text', async () => {
    expect(await sendTo('TEXT', '250 2.0.0 taken')).toEqual({ kind: 'sent' });
  });

  it.each<[Step, string, string, string]>([
    ['RCPT', '550 5.1.1 ann@example.com is unknown', 'refused', '550 5.1.1'],
    ['TEXT', '554 spam', 'refused', '554'],
    ['RCPT', '451 4.7.1 greylisted', 'later', '451 4.7.1'],
    ['TEXT', '452 4.3.1 full', 'later', '452 4.3.1'],
  ])('is judged by the answer to %s: %s is %s', async (step, answer, kind, error) => {
    expect(await sendTo(step, answer)).toEqual({ kind, error });
  });

  it.each<[Step, string, string]>([
    ['MAIL', 'reset', 'ESOCKET'],
    ['RCPT', 'close', 'ECONNECTION'],
    ['DATA', 'reset', 'ESOCKET'],
    ['TEXT', 'reset', 'ESOCKET'],
    ['TEXT', 'close', 'ECONNECTION'],
    ['TEXT', 'silence', 'ETIMEDOUT'],
    ['TEXT', 'cut off', '554'],
  ])('is for later if the answer to %s is lost (%s), so that it holds up no other', async (step, answer, error) => {
    expect(await sendTo(step, answer)).toEqual({ kind: 'later', error });
  });
});

describe('a mail server', () => {
  it('is unavailable if nothing listens', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as AddressInfo;
    await once(unused.close(), 'close');
    expect(await send(port)).toEqual({ kind: 'unavailable', error: 'ESOCKET' });
  });

  it.each<[string, Step, string]>([
    ['silence', 'CONNECT', 'ETIMEDOUT'],
    ['close', 'CONNECT', 'ECONNECTION'],
    ['reset', 'CONNECT', 'ESOCKET'],
    ['silence', 'EHLO', 'ETIMEDOUT'],
    ['close', 'EHLO', 'ECONNECTION'],
    ['reset', 'AUTH', 'ESOCKET'],
    ['close', 'AUTH', 'ECONNECTION'],
  ])('is unavailable if its answer is %s at %s: no mail loses an attempt', async (answer, step, error) => {
    expect(await sendTo(step, answer)).toEqual({ kind: 'unavailable', error });
  });

  it.each<[Step, string, string]>([
    ['CONNECT', '554 5.7.1 not you', '554 5.7.1'],
    ['AUTH', '535 5.7.8 wrong password', '535 5.7.8'],
    ['MAIL', '550 5.7.1 sender refused', '550 5.7.1'],
    ['RCPT', '421 4.3.2 shutting down', '421 4.3.2'],
  ])('is unavailable if it refuses us at %s: %s', async (step, answer, error) => {
    expect(await sendTo(step, answer)).toEqual({ kind: 'unavailable', error });
  });
});
