/**
 * What the promise gives, if it does so within the limit. What it gives later is ignored; the work behind it continues.
 *
 * @throws Error `<what> within … ms`
 */
export async function withTimeout<T>(promise: Promise<T>, timeoutMs: number, what = 'no answer'): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
