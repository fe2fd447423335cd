import { describe, expect, it } from 'vitest';
import { describeMessages } from './testing/asyncapi.js';
import { parseCapacityUpdate, parseTransactionRecord } from './schemas.js';
import { createTopology, deadLetterQueueOf, retryQueueOf } from './topology.js';

interface Document {
  readonly channels: Record<string, { readonly address: string }>;
  readonly components: {
    readonly messages: Record<string, { readonly examples?: readonly { readonly payload: object }[] }>;
    readonly schemas: Record<string, { readonly required: readonly string[]; readonly properties: object }>;
  };
}
const description = describeMessages() as Document;

describe('docs/asyncapi.json', () => {
  it('is what the schemas and the topology say (vitest -u writes it)', async () => {
    const text = `${JSON.stringify(describeMessages(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../../docs/asyncapi.json');
  });

  it('names every queue that is declared, and no other', () => {
    const { queues, retryDelaysMs } = createTopology();
    const declared = Object.values(queues).flatMap((queue) => [
      queue,
      deadLetterQueueOf(queue),
      ...retryDelaysMs.map((delayMs) => retryQueueOf(queue, delayMs)),
    ]);
    const addresses = Object.values(description.channels).map(({ address }) => address);
    expect(addresses.sort()).toEqual(declared.sort());
  });

  it.each([
    ['capacityUpdate', parseCapacityUpdate],
    ['transactionRecord', parseTransactionRecord],
  ])('gives examples of %s that the consumers take, with every field', (name, parse) => {
    const examples = description.components.messages[name]?.examples ?? [];
    expect(examples).toHaveLength(2);
    for (const { payload } of examples) {
      expect(parse(Buffer.from(JSON.stringify(payload)))).toEqual(payload);
      expect(Object.keys(payload).sort()).toEqual(
        Object.keys(description.components.schemas[name]?.properties ?? {}).sort(),
      );
    }
  });
});
