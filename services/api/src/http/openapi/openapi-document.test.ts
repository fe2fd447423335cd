import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from '../../testing/gateway.js';

let test: TestGateway;
beforeAll(async () => {
  test = await openTestGateway();
});
afterAll(() => test.close());

describe('docs/openapi.json', () => {
  it('is the document that the gateway serves (vitest -u writes it)', async () => {
    const document = await (await test.request('GET', '/openapi.json')).json();
    const text = `${JSON.stringify(document, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../../../../docs/openapi.json');
  });
});
