/**
 * Problem details (RFC 9457) as one text: the title, and what is wrong with each field, else the detail. Empty for a value
 * that is no problem.
 */
export function problemText(problem: unknown): string {
  if (typeof problem !== 'object' || problem === null) return '';
  const { title, detail, errors } = problem as Record<string, unknown>;
  const fields = Array.isArray(errors) ? errors.map(fieldText) : [];
  return [title, ...(fields.length > 0 ? fields : [detail])].filter((part) => typeof part === 'string').join('; ');
}

const fieldText = (error: unknown): string => {
  const { path, message } = (error ?? {}) as Record<string, unknown>;
  return `${String(path)}: ${String(message)}`;
};
