// The service worker of the door: opens its page without a connection, from what `page-cache.ts` has kept. It changes no
// request and answers none but these two.

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Worker {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
}

const worker = globalThis as unknown as Worker;
const CACHE_NAME = 'door';
/** Somebody who reloads at the door does not wait longer than this for a bad connection. */
const PAGE_TIMEOUT_MS = 4_000;

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (pathname.startsWith('/assets/')) event.respondWith(fromCacheFirst(request));
  else if (request.mode === 'navigate' && pathname === '/door') event.respondWith(fromNetworkFirst(request));
});

const kept = async (request: Request): Promise<Response | undefined> =>
  (await caches.open(CACHE_NAME)).match(request, { ignoreVary: true });

/** A file never changes under its address. */
const fromCacheFirst = async (request: Request): Promise<Response> => (await kept(request)) ?? fetch(request);

async function fromNetworkFirst(request: Request): Promise<Response> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PAGE_TIMEOUT_MS));
  const network = fetch(request);
  const answered = await Promise.race([network, late]).catch(() => null);
  if (answered !== null && answered.status < 500 && answered.status !== 429) return answered;
  return (await kept(request)) ?? answered ?? network;
}

export {};
