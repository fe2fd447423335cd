import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One keep-alive connection with one request at a time. Not the typed client: the load must cost less than what is
 * measured.
 */
export interface HttpConnection {
  /** Sends a complete request text. @throws Error if the connection is lost or there is no answer within `timeoutMs` */
  send(request: string): Promise<HttpAnswer>;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A minimal HTTP/1.1 client for load generation. It uses a fraction of the CPU time of `node:http`, which matters
 * because the generator shares the cores with the system under test. Bodies have a length or are chunked, and are
 * ASCII.
 */
export function openHttpConnection(o: {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}): HttpConnection {
  let socket: Socket | undefined;
  let waiting: Waiting | undefined;
  let received = '';

  function open(): Socket {
    const opened = connect({ host: o.host, port: o.port, noDelay: true });
    opened.setEncoding('latin1');
    opened.setTimeout(o.timeoutMs, () => opened.destroy(new Error(`no answer within ${o.timeoutMs} ms`)));
    opened.on('data', (text: string) => {
      received += text;
      const complete = parseAnswer(received);
      if (!complete) return;
      received = '';
      if (complete.closes) drop(opened);
      const current = waiting;
      waiting = undefined;
      current?.resolve(complete.answer);
    });
    opened.on('error', (error) => lost(opened, error));
    opened.on('close', () => lost(opened, new Error('the server closed the connection')));
    return opened;
  }

  function drop(old: Socket): void {
    if (socket === old) socket = undefined;
    old.destroy();
  }

  function lost(old: Socket, error: Error): void {
    if (socket !== old) return;
    socket = undefined;
    const current = waiting;
    waiting = undefined;
    current?.reject(error);
  }

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        received = '';
        waiting = { resolve, reject };
        socket ??= open();
        socket.write(request);
      }),
    close() {
      const old = socket;
      socket = undefined;
      old?.destroy();
    },
  };
}

/** The answer at the start of `text`, or undefined while it is incomplete. */
function parseAnswer(text: string): { readonly answer: HttpAnswer; readonly closes: boolean } | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd);
  const rest = text.slice(headEnd + 4);
  const body = bodyOf(head, rest);
  if (body === undefined) return undefined;
  return { answer: { status: Number(head.slice(9, 12)), body }, closes: /\r\nconnection: *close/i.test(head) };
}

function bodyOf(head: string, rest: string): string | undefined {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return rest.length >= Number(length) ? rest : undefined;
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return '';
  let body = '';
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(rest.slice(at, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (rest.length < end + 2) return undefined;
    if (size === 0) return body;
    body += rest.slice(lineEnd + 2, end);
    at = end + 2;
  }
}
