export async function start(_args: readonly string[]): Promise<number> {
  return 0;
}
