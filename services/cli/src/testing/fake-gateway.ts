import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { configOf } from '../config.js';
import { run } from '../run.js';

/** A request that the command line sent. */
interface Asked {
  readonly line: string;
  readonly key: string | undefined;
  readonly body: unknown;
}

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** Stands where the gateway does: what is sent to it, and how its answers are shown. */
export interface FakeGateway {
  /** Since `reset`. */
  readonly asked: Asked[];
  /** The next answers, in order. */
  readonly answers: Answer[];
  /** Answers questions; absent where there is no terminal, and after `reset`. */
  ask?: ((question: string) => Promise<string>) | undefined;
  /** Runs a command against it. */
  cli(...args: readonly string[]): Promise<CliResult>;
  reset(): void;
  close(): void;
}

interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function openFakeGateway(): Promise<FakeGateway> {
  const asked: Asked[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      asked.push({
        line: `${request.method} ${request.url}`,
        key: request.headers['idempotency-key']?.toString(),
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      });
      const { status = 200, body } = answers.shift() ?? { status: 500, body: {} };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const gateway: FakeGateway = {
    asked,
    answers,
    cli: (...args) => runWith({ API_URL: url, OPERATOR_TOKEN: 'a.b.c' }, args, gateway.ask),
    reset() {
      gateway.ask = undefined;
      asked.length = 0;
      answers.length = 0;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return gateway;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Runs a command with only these environment variables. */
export async function runWith(
  variables: Record<string, string>,
  args: readonly string[],
  ask?: FakeGateway['ask'],
): Promise<CliResult> {
  const written = { out: '', err: '' };
  const into = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const readConfig = () => configOf(variables, []);
  const code = await run(args, { out: into('out'), err: into('err'), readConfig, ...(ask && { ask }) });
  return { code, ...written };
}
