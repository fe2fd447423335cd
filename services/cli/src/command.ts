import { FIRST_YEAR, isUuid, LAST_YEAR, parseInstant } from '@box-office/contract';
import { type Command, InvalidArgumentError } from 'commander';

export interface CommandText {
  /** With its arguments, as in `show <id>`. */
  readonly name: string;
  readonly summary: string;
  /** What the help says beyond the summary. */
  readonly more?: string;
  /** What follows `box-office`. */
  readonly examples: readonly string[];
}

/** Every command has help with examples, and `--json`. */
export interface JsonOption {
  readonly json?: true;
}

/** Commands that cannot be undone show what they are about to do, and ask. */
export interface ConfirmOption {
  readonly yes?: true;
}

export const withConfirmation = (command: Command): Command =>
  command.option('--yes', 'do it without asking; required without a terminal');

/** Adds a command with what all of them have. */
export function addCommand(parent: Command, text: CommandText): Command {
  return parent
    .command(text.name)
    .summary(text.summary)
    .description([sentenceOf(text.summary), text.more].filter(Boolean).join('\n\n'))
    .option('--json', 'print one JSON document, for programs')
    .addHelpText('after', `\nExamples:\n${text.examples.map((example) => `  box-office ${example}`).join('\n')}`);
}

/** Adds a word that has commands of its own. */
export const addGroup = (parent: Command, name: string, summary: string): Command =>
  parent.command(name).summary(summary).description(sentenceOf(summary));

const sentenceOf = (summary: string): string => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;

/** A whole number within bounds. */
export const wholeNumber =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    }
    return value;
  };

/** A day (its first moment in UTC) or an instant of ISO 8601, as ISO 8601. */
export function instant(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const given = parseInstant(isDay ? `${text}T00:00:00Z` : text);
  if (given === null) {
    const years = `in the years ${FIRST_YEAR} to ${LAST_YEAR}`;
    throw new InvalidArgumentError(`It must be a day (2026-11-25) or an instant (2026-11-25T17:00:00Z) ${years}.`);
  }
  return given.instant;
}

/** A text with more than spaces in it. */
export function nonBlank(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

/** An id of a purchase, ticket and the like. */
export function uuid(text: string): string {
  const id = text.toLowerCase();
  if (!isUuid(id)) throw new InvalidArgumentError('It must be a UUID.');
  return id;
}
