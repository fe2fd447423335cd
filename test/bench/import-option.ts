/**
 * The Node option that loads a module into a service and each of its threads before their own code.
 *
 * @param dir directory for the module's output, passed in the query of its URL
 */
export function importOption(module: URL, dir: string): string {
  const url = new URL(module);
  url.searchParams.set('dir', dir);
  return `--import=${url.href}`;
}
