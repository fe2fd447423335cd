import { expect, it } from 'vitest';
import { withoutOwnAddresses } from './own-addresses.js';

it('a start takes no address of its own stack as given, from a shell that has read stack.env', () => {
  const ports = { postgres: 20_001, redis: 20_002, temporal: 20_003 };
  const given = {
    databaseUrl: 'postgres://box_office:secret@127.0.0.1:20001/box_office?sslmode=disable',
    redisUrl: 'redis://:secret@127.0.0.1:20002',
    amqpUrl: 'amqp://me:secret@broker.example:20002',
    temporalAddress: '127.0.0.1:20003',
    temporalNamespace: 'default',
    paymentUrl: 'http://127.0.0.1:8090',
  };
  const { amqpUrl, temporalNamespace, paymentUrl } = given;
  expect(withoutOwnAddresses(given, ports)).toEqual({ amqpUrl, temporalNamespace, paymentUrl });
});
