// A container's health check: exits 0 if the address answers 200. The image has no curl.
const TIMEOUT_MS = 3_000;

const [url = ''] = process.argv.slice(2);
const ok = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
  (response) => response.ok,
  () => false,
);
process.exit(ok ? 0 : 1);
