import { afterAll, beforeAll, expect, it } from 'vitest';
import { appWith } from '../testing/app.js';
import { EVENT, startGateway } from '../testing/gateway.js';

let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  gateway = await startGateway({ '/api/events/1': EVENT }, 'unknown-event');
});
afterAll(() => gateway.close());

const live = async (path: string, method: string): Promise<Response> =>
  (await appWith({ API_URL: gateway.url })).request(path, { method });

it('is a stream of what is left', async () => {
  const { body, headers } = await live('/events/1/live', 'GET');
  expect(headers.get('content-type')).toBe('text/event-stream');
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const { value } = await reader.read();
  expect(new TextDecoder().decode(value)).toContain('event: availability');
  await reader.cancel();
});

it('is not found for an event that there is not', async () => {
  expect((await live('/events/2/live', 'GET')).status).toBe(404);
});

it('is none while it is not known whether there is the event, and nothing more is asked', async () => {
  gateway.refuseWith({ problem: 'rate-limited', status: 429 });
  expect((await live('/events/2/live', 'GET')).status).toBe(429);
  const before = gateway.asked.length;
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  expect(gateway.asked).toHaveLength(before);
});

it('ends at once where only its headers are asked for', async () => {
  const { status, body } = await live('/events/1/live', 'HEAD');
  expect([status, body]).toEqual([200, null]);
  const before = gateway.asked.length;
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  expect(gateway.asked).toHaveLength(before);
});
