import { parseArgs, type ParseArgsConfig } from 'node:util';
import { LauncherFailure, messageOf } from '../failure.js';

/**
 * The flags of a command; all are switches.
 *
 * @throws LauncherFailure naming one that does not exist, with those that do
 */
export function switches<Name extends string>(args: readonly string[], names: readonly Name[]): Record<Name, boolean> {
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    names.map((name) => [name, { type: 'boolean' }]),
  );
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return Object.fromEntries(names.map((name) => [name, values[name] === true])) as Record<Name, boolean>;
  } catch (error) {
    const known = names.map((name) => `--${name}`).join(', ');
    throw new LauncherFailure(`${messageOf(error)} (there is: ${known})`);
  }
}
