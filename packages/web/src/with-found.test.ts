import { describe, expect, it } from 'vitest';
import { withFound } from './with-found.js';

const find = (path: string, known: readonly string[]): Promise<{ name: string } | Response> =>
  Promise.resolve(known.includes(path) ? { name: path } : new Response('none', { status: 404 }));

describe('a handler of what was found', () => {
  const handler = withFound(find, (path, found, known) => new Response(`${path} ${found.name} ${known.length}`));

  it('gets the request, what was found and the dependencies', async () => {
    expect(await (await handler('a', ['a', 'b'])).text()).toBe('a a 2');
  });

  it('is not called where nothing was found: the response says so', async () => {
    const response = await handler('c', []);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('none');
  });
});
