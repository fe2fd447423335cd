import { get } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openReceiver, type Receiver } from '../testing/receiver.js';
import { addressFault } from './address-rules.js';
import { createCheckedLookup, type ResolveName } from './checked-lookup.js';
import { createSender } from './send.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
async function receiving(...given: Parameters<typeof openReceiver>): Promise<Receiver> {
  const receiver = await openReceiver(...given);
  open.push(receiver);
  return receiver;
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const REFUSED = [
  ['private', '10.0.0.1', '172.16.0.1', '192.168.1.1', '::ffff:10.0.0.1', 'fc00::1', 'fd12::1', 'fec0::1'],
  ['loopback', '127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', '::7f00:1'],
  ['this network and unspecified', '0.0.0.0', '0.1.2.3', '::'],
  ['link-local', '169.254.1.1', 'fe80::1'],
  ['metadata', '169.254.169.254', 'fd00:ec2::254', '168.63.129.16', '100.100.100.200'],
  ['mapped IPv6', '::ffff:8.8.8.8', '::ffff:169.254.169.254', '::ffff:0:8.8.8.8'],
  ['NAT64', '64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::1'],
  ['6to4 and Teredo', '2002:7f00:1::', '2001::1'],
  ['carrier-grade NAT', '100.64.0.1', '100.127.255.254'],
  ['multicast and broadcast', '224.0.0.1', 'ff02::1', '255.255.255.255'],
  ['documentation, benchmarks and reserved', '192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '2001:db8::1'],
  ['protocol assignments and future use', '192.0.0.192', '240.0.0.1', '192.88.99.1', '100::1', '5f00::1'],
  ['no address', 'localhost', '', '1.2.3', 'fe80::1%eth0'],
] as const;

describe('an address', () => {
  it.each(REFUSED.flatMap(([kind, ...addresses]) => addresses.map((address) => ({ kind, address }))))(
    'is refused: $address ($kind)',
    ({ address }) => {
      expect(addressFault(address, false)).not.toBeNull();
    },
  );

  it.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    'is accepted: %s',
    (address) => {
      expect(addressFault(address, false)).toBeNull();
    },
  );

  it('of this machine is accepted for development, and no other private one', () => {
    expect([addressFault('127.0.0.1', true), addressFault('::1', true)]).toEqual([null, null]);
    for (const address of ['10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1']) {
      expect(addressFault(address, true)).not.toBeNull();
    }
  });
});

describe('a connection', () => {
  it.each([
    'https://10.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://169.254.169.254/latest/meta-data',
    'http://hooks.example/',
  ])('to %s is refused without being made', async (url) => {
    const resolve: ResolveName = () => Promise.reject(new Error('it was looked up'));
    const sent = await createSender({ allowLoopback: false, resolve })(url, {}, '{}');
    expect(sent).toMatchObject({ statusCode: null, error: expect.stringMatching(/refused|https/) as string });
  });

  it('goes to the address that was checked: a name that leads elsewhere afterwards is looked up once', async () => {
    const { url, received } = await receiving();
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    const lookedUp: string[] = [];
    const resolve: ResolveName = async (name) => {
      lookedUp.push(name);
      return (answers.shift() ?? []).map((address) => ({ address, family: 4 }));
    };
    const lookup = createCheckedLookup(resolve, true);
    const target = url.replace('127.0.0.1', 'rebinding.example');
    const ask = (): Promise<unknown> =>
      new Promise((done, failed) => {
        get(target, { lookup, agent: false }, (response) => done(response.resume())).on('error', failed);
      });
    await ask();
    expect([lookedUp, received.length, received[0]?.headers.host]).toEqual([
      ['rebinding.example'],
      1,
      new URL(target).host,
    ]);
    await expect(ask()).rejects.toThrow('10.0.0.1 is refused (private)');
    expect(received.length).toBe(1);
  });

  it('over TLS goes to the checked address too, and is checked again at each attempt', async () => {
    const firstBytes: number[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        firstBytes.push(data[0] ?? 0);
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(server);
    const answers = ['127.0.0.1', '192.168.0.1'];
    const resolve: ResolveName = async () => [{ address: answers.shift() ?? '', family: 4 }];
    const send = createSender({ allowLoopback: true, resolve });
    const url = `https://rebinding.example:${portOf(server)}/`;
    expect((await send(url, {}, '{}')).statusCode).toBeNull();
    expect(firstBytes).toEqual([22]); // a TLS handshake
    expect((await send(url, {}, '{}')).error).toBe('192.168.0.1 is refused (private)');
    expect(firstBytes).toHaveLength(1);
  });

  it('is refused if one of several addresses of the name is', async () => {
    const resolve: ResolveName = async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    const sent = await createSender({ allowLoopback: true, resolve })('https://two.example/', {}, '{}');
    expect(sent.error).toBe('10.0.0.1 is refused (private)');
  });
});

describe('an answer', () => {
  const sendTo = async (respond: Parameters<typeof openReceiver>[0], timeoutMs = 2_000) => {
    const receiver = await receiving(respond);
    return { receiver, sent: await createSender({ allowLoopback: true, timeoutMs })(receiver.url, {}, '{}') };
  };

  it('from 200 to 299 accepts, any other one does not', async () => {
    for (const status of [200, 204, 299]) {
      expect((await sendTo((_, response) => void response.writeHead(status).end())).sent.error).toBeNull();
    }
    for (const status of [400, 410, 500]) {
      const { sent } = await sendTo((_, response) => void response.writeHead(status).end());
      expect(sent).toMatchObject({ statusCode: status, error: `HTTP ${status}` });
    }
  });

  it('that redirects is not followed', async () => {
    const other = await receiving();
    const { sent } = await sendTo((_, response) => void response.writeHead(307, { location: other.url }).end());
    expect(sent).toMatchObject({ statusCode: 307, error: 'HTTP 307: redirects are not followed' });
    expect(other.received).toEqual([]);
  });

  it('that does not come ends at the timeout', async () => {
    const { sent } = await sendTo(() => undefined, 200);
    expect(sent).toMatchObject({ statusCode: null, error: 'no answer within 200 ms' });
    expect(sent.latencyMs).toBeLessThan(1_000);
  });

  it('without an end is read up to a bound, and its status counts', async () => {
    let written = 0;
    const { sent } = await sendTo((_, response) => {
      const more = (): void => {
        written += 16_384;
        if (!response.destroyed) response.write('x'.repeat(16_384), () => setImmediate(more));
      };
      more();
    });
    expect(sent).toMatchObject({ statusCode: 200, error: null });
    expect(written).toBeLessThan(16 * 1_024 * 1_024);
  });
});
