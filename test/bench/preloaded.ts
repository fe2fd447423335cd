/**
 * What makes Node load a module into a service before its own code, and into each thread that it starts.
 *
 * @param dir where the module is to write; it finds it in the query of its URL
 */
export function preloaded(module: URL, dir: string): string {
  const url = new URL(module);
  url.searchParams.set('dir', dir);
  return `--import=${url.href}`;
}
