/** The last part of a problem's type, as in `/problems/not-found`; undefined for a value that is no problem. */
export function problemKind(problem: unknown): string | undefined {
  const { type } = (problem ?? {}) as { readonly type?: unknown };
  return typeof type === 'string' ? type.split('/').at(-1) : undefined;
}
