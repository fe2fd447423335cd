import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configOf } from '../config.js';
import { checkParts, type Part } from './parts.js';

let readiness: object;
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(readiness));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

async function gatewayThatAnswers(answer: object): Promise<{ readonly url: string; readonly part: Part | undefined }> {
  readiness = answer;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const parts = await checkParts(configOf({ API_HEALTH_URL: url }, []), { rabbitmq: {}, postgres: {} });
  return { url, part: parts.find(({ part }) => part === 'gateway') };
}

describe('a gateway', () => {
  it('is degraded if it serves and its worker lacks something', async () => {
    const degraded = { rabbitmq: 'not connected', payments: 'HTTP 503' };
    expect((await gatewayThatAnswers({ ok: true, failed: {}, degraded })).part).toEqual({
      part: 'gateway',
      state: 'degraded',
      detail: 'rabbitmq: not connected; payments: HTTP 503',
    });
  });

  it('is ready if nothing fails, and not ready if it does not serve', async () => {
    const { url, part } = await gatewayThatAnswers({ ok: true, failed: {}, degraded: {} });
    expect(part).toEqual({ part: 'gateway', state: 'ready', detail: url });
    const failing = { ok: false, failed: { redis: 'timed out' }, degraded: { rabbitmq: 'not connected' } };
    expect((await gatewayThatAnswers(failing)).part).toMatchObject({ state: 'not ready', detail: 'redis: timed out' });
  });
});
