/** A program was called with a wrong option: the user gets its message alone (infra/bootstrap/commands.mjs). */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}
