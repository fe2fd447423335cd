/** Of the environment: a browser to use instead of the machine's Chromium, and what installing one needs. */
export const BROWSER_PATH = process.env['BROWSER_PATH'];
export const ENVIRONMENT: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);
