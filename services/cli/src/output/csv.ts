/** Spreadsheets take a field that begins so for a formula. */
const BEGINS_FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
const IS_NUMBER = /^-?\d+(\.\d+)?$/;

/** Where a spreadsheet that separates fields at these begins another field within ours, with what would be a formula. */
const FORMULA_WITHIN = /[;\t\r\n](?=\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

/** A value that no spreadsheet takes for a formula: one that could be begins with an apostrophe, within the value too. */
export const asText = (value: string | null): string | null => {
  if (value === null || IS_NUMBER.test(value)) return value;
  const begin = BEGINS_FORMULA.test(value) ? "'" : '';
  return begin + value.replaceAll(FORMULA_WITHIN, "$&'");
};

/**
 * One record of CSV as RFC 4180 has it: a field with a comma, a quote or a line break stands in quotes, a quote inside
 * is doubled, and the line ends with CRLF. Null is an empty field, the empty string is `""`.
 */
export const csvLine = (values: readonly (string | null)[]): string => `${values.map(field).join(',')}\r\n`;

function field(value: string | null): string {
  if (value === null) return '';
  return value === '' || /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
