// Keeps the door's page and its files, so that it opens without a connection. `door-worker.ts` serves them from there.

const CACHE = 'door';
const ASSETS = 'link[href^="/assets/"], script[src^="/assets/"]';

const addressOf = (element: Element): string => element.getAttribute('href') ?? element.getAttribute('src') ?? '';

/** Keeps the present page as it was answered just now, with all that it loads, and forgets the files of earlier ones. */
export async function keepPage(page: Document, answered: Response, more: readonly string[]): Promise<void> {
  if (!('caches' in window)) return;
  const cache = await caches.open(CACHE);
  const files = new Set([...[...page.querySelectorAll(ASSETS)].map(addressOf), ...more]);
  const missing: string[] = [];
  for (const file of files) if ((await cache.match(file)) === undefined) missing.push(file);
  await cache.addAll(missing);
  await cache.put(location.href, answered);
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith('/assets/') && !files.has(pathname)) await cache.delete(url);
  }
}

/** Lets the worker serve them. Browsers allow it over HTTPS and on this machine alone. */
export async function startWorker(): Promise<void> {
  await navigator.serviceWorker?.register('/door-worker.js', { scope: '/door' });
}
