import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { afterEach, expect, it } from 'vitest';
import { createResolveName } from './checked-lookup.js';
import { createSender } from './send.js';

const DEAD = 'hooks.dead.example';
/** Type A. */
const IPV4 = 1;

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

/** A name server that never answers for `DEAD`; every other name has one IPv4 address. */
async function openNameServer(): Promise<{ readonly servers: readonly string[]; readonly asked: readonly string[] }> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('ascii', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.');
    asked.push(name);
    if (name === DEAD) return;
    const hasAddress = query.readUInt16BE(at + 1) === IPV4;
    const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80, 0, 1, 0, hasAddress ? 1 : 0, 0, 0, 0, 0]);
    // The question's name, type A, class IN, 60 s, four bytes: 93.184.216.34.
    const address = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 93, 184, 216, 34]);
    const answer = [header, query.subarray(12, at + 5), ...(hasAddress ? [address] : [])];
    socket.send(Buffer.concat(answer), from.port, from.address);
  });
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  open.push(socket);
  return { servers: [`127.0.0.1:${socket.address().port}`], asked };
}

it('a name whose server does not answer ends its own attempt, and delays no other look-up of the process', async () => {
  const { servers, asked } = await openNameServer();
  const resolve = createResolveName({ allowLoopback: false, servers });
  const send = createSender({ allowLoopback: false, resolve, timeoutMs: 3_000 });
  let isOver = false;
  const sending = Promise.all(Array.from({ length: 10 }, () => send(`https://${DEAD}/`, {}, '{}')));
  void sending.then(() => (isOver = true));
  await expect.poll(() => asked.length).toBeGreaterThanOrEqual(10);

  await expect(resolve('hooks.alive.example')).resolves.toEqual([{ address: '93.184.216.34', family: 4 }]);
  await expect(lookup('localhost')).resolves.toBeDefined();
  expect(isOver).toBe(false);

  for (const { error } of await sending) expect(error).toBe('no answer within 3000 ms');
});

it('localhost is this machine where loopback addresses are allowed', async () => {
  const addresses = await createResolveName({ allowLoopback: true })('localhost');
  expect(addresses.map(({ address }) => address)).toContain('127.0.0.1');
});
