import {
  CAPACITY_UPDATES_QUEUE,
  TRANSACTIONS_QUEUE,
  type CapacityUpdate,
  type TransactionRecord,
} from '@box-office/contract';
import { z } from 'zod';
import { capacityUpdate, transactionRecord } from '../schemas.js';
import { createTopology, deadLetterQueueOf, retryQueueOf } from '../topology.js';

/** One kind of message, with the queue that carries it. */
interface Described {
  readonly name: string;
  readonly queue: string;
  readonly schema: z.ZodType;
  readonly title: string;
  readonly summary: string;
  readonly published: string;
  readonly consumed: string;
  readonly examples: readonly { readonly name: string; readonly payload: object }[];
}

const sale = {
  TransactionId: '2HP1SA0YX1BGRS7TZSXQES2151',
  EventId: '1',
  Operation: 'purchase',
  PurchaseId: '0786e9be-ee41-50d7-986b-7c911c41e848',
  Items: [
    { TicketType: 'Balcony', Quantity: 1 },
    { TicketType: 'Standing', Quantity: 2 },
  ],
  OccurredAt: '2027-06-01T19:00:00.000Z',
} as const;
const cancellation = {
  ...sale,
  Operation: 'cancel',
  Items: [{ TicketType: 'Standing', Quantity: 1 }],
  OccurredAt: '2027-06-02T08:30:00.000Z',
} as const;

const soldCapacity: CapacityUpdate = { ...sale, CapacityChange: -3, MessageId: '5e1c9a0a-6f0c-5f2c-9d51-6d0f4f1c2b11' };
const freedCapacity: CapacityUpdate = {
  ...cancellation,
  CapacityChange: 1,
  MessageId: '8b7f2f0e-0c57-5b0b-8d0a-1f2e3d4c5b6a',
};
const paid = { UserId: 'user_1', Currency: 'EUR' };
const sold: TransactionRecord = {
  ...sale,
  ...paid,
  Amount: 13_500,
  RequestId: 'c0a8012e-91f6-4a3b-8f0f-0d9b1d5f7a10',
  MessageId: '1f0a6f0c-7d3e-5c4b-9a2d-3e4f5a6b7c8d',
};
const refunded: TransactionRecord = {
  ...cancellation,
  ...paid,
  Amount: 4_500,
  RequestId: 'c0a8012e-91f6-4a3b-8f0f-0d9b1d5f7a11',
  MessageId: '9c8b7a6f-5e4d-5c3b-8a2f-1e0d9c8b7a6f',
};

const DESCRIBED: readonly Described[] = [
  {
    name: 'capacityUpdate',
    queue: CAPACITY_UPDATES_QUEUE,
    schema: capacityUpdate,
    title: 'Capacity update',
    summary: 'A sale took capacity, a cancellation gave some back, or a correction moved it.',
    published: 'One message per sale, per cancellation and per correction, when it is recorded in PostgreSQL.',
    consumed: 'Moves `events.capacity` by one line of the capacity ledger per message id.',
    examples: [
      { name: 'sale', payload: soldCapacity },
      { name: 'cancellation', payload: freedCapacity },
    ],
  },
  {
    name: 'transactionRecord',
    queue: TRANSACTIONS_QUEUE,
    schema: transactionRecord,
    title: 'Transaction',
    summary: 'Money was taken for tickets, or paid back. Amounts in minor units, positive in both cases.',
    published: 'One message per sale and per cancellation, when it is recorded in PostgreSQL.',
    consumed: 'Writes one line of the audit log per message id, and the statistics.',
    examples: [
      { name: 'sale', payload: sold },
      { name: 'cancellation', payload: refunded },
    ],
  },
];

const TIMES = { type: 'string', format: 'date-time' } as const;
const PUBLISHED_HEADERS = {
  type: 'object',
  properties: { timestamp_in_ms: { type: 'integer', description: 'When it was first published, Unix time in ms.' } },
} as const;
const DEAD_LETTER_HEADERS = {
  type: 'object',
  properties: {
    ...PUBLISHED_HEADERS.properties,
    'x-cause': {
      type: 'string',
      description:
        'Why it is a dead letter: `unparsable`, `unknown_event`, `conflict` (another message has its id), `failed` (all ' +
        'retries are used up). Absent where the broker gave up by itself.',
    },
    'x-cause-detail': { type: 'string' },
    'x-cause-queue': { type: 'string', description: 'The queue that it was taken from.' },
    'x-cause-at': TIMES,
    'x-retry-count': { type: 'integer' },
    'x-replay-count': { type: 'integer', description: 'How often an operator has put it back.' },
  },
} as const;

const ref = (path: string) => ({ $ref: `#/${path}` });

const queueBinding = (name: string) => ({
  amqp: {
    is: 'queue',
    queue: { name, durable: true, exclusive: false, autoDelete: false },
    bindingVersion: '0.3.0',
  },
});

/** The messages and queues in AsyncAPI 3.0, from the schemas that check them and the topology that is declared. */
export function describeMessages(): object {
  const { retryDelaysMs } = createTopology();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Box Office messages',
      version: '1.0.0',
      description:
        'What Box Office tells about sales and cancellations through RabbitMQ. Messages are persistent JSON, published with ' +
        'confirmation and delivered at least once, in any order: tell a repetition by its message id. Readers must ignore ' +
        'fields that they do not know. All queues are durable quorum queues.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      broker: { host: 'localhost:5672', protocol: 'amqp', protocolVersion: '0.9.1', description: 'AMQP_URL' },
    },
    channels: Object.fromEntries(DESCRIBED.flatMap((described) => channelsOf(described, retryDelaysMs))),
    operations: Object.fromEntries(DESCRIBED.flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries(DESCRIBED.flatMap(messagesOf)),
      schemas: Object.fromEntries(
        DESCRIBED.map(({ name, schema }) => [name, z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })]),
      ),
    },
  };
}

function channelsOf({ name, queue, title }: Described, retryDelaysMs: readonly number[]): [string, object][] {
  const dead = deadLetterQueueOf(queue);
  return [
    [
      name,
      {
        address: queue,
        title,
        messages: { [name]: ref(`components/messages/${name}`) },
        bindings: queueBinding(queue),
      },
    ],
    ...retryDelaysMs.map((delayMs): [string, object] => [
      `${name}Retry${delayMs}ms`,
      {
        address: retryQueueOf(queue, delayMs),
        title: `${title}: retry after ${delayMs / 1_000} s`,
        description: 'Messages that failed by themselves wait here, and then go back to their queue.',
        messages: { [name]: ref(`components/messages/${name}`) },
        bindings: queueBinding(retryQueueOf(queue, delayMs)),
      },
    ]),
    [
      `${name}Dead`,
      {
        address: dead,
        title: `${title}: dead letters`,
        description: 'Messages that can never be done. An operator replays or drops them.',
        messages: { [`${name}Dead`]: ref(`components/messages/${name}Dead`) },
        bindings: queueBinding(dead),
      },
    ],
  ];
}

function operationsOf({ name, published, consumed }: Described): [string, object][] {
  const channel = ref(`channels/${name}`);
  const messages = [ref(`channels/${name}/messages/${name}`)];
  const binding = (fields: object) => ({ amqp: { ...fields, bindingVersion: '0.3.0' } });
  return [
    [
      `publish_${name}`,
      {
        action: 'send',
        channel,
        messages,
        summary: published,
        bindings: binding({ deliveryMode: 2, mandatory: true, timestamp: true }),
      },
    ],
    [`consume_${name}`, { action: 'receive', channel, messages, summary: consumed, bindings: binding({ ack: true }) }],
  ];
}

function messagesOf({ name, queue, title, summary, examples }: Described): [string, object][] {
  const payload = ref(`components/schemas/${name}`);
  const bindings = { amqp: { messageType: queue, bindingVersion: '0.3.0' } };
  return [
    [name, { name, title, summary, headers: PUBLISHED_HEADERS, payload, bindings, examples }],
    // Of a message that could not be parsed nothing is known but that it was one of these.
    [`${name}Dead`, { name: `${name}Dead`, title: `${title}, dead letters`, headers: DEAD_LETTER_HEADERS, bindings }],
  ];
}
