/** The variables of an env file as a shell would read it: `NAME=value` by line, values plain or in single quotes. */
export function parseEnvFile(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) variables[name] = unquoted(value.trim());
  }
  return variables;
}

/** `'it'\''s'` is `it's`: quoted pieces as they are, and a backslash between them takes its meaning from what follows. */
const unquoted = (value: string): string =>
  value.replaceAll(/'([^']*)'|"([^"]*)"|\\(.)/g, (_, single?: string, double?: string, escaped?: string) =>
    String(single ?? double ?? escaped),
  );
