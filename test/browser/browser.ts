import { mkdirSync } from 'node:fs';
import { obtainBrowser, repositoryRoot } from '@box-office/infra';
import { chromium, type Browser } from 'playwright-core';
import { BROWSER_PATH, ENVIRONMENT } from './config.js';

/** Chromium refuses its sandbox to root, and would call its maker's servers. */
const FLAGS = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The machine's Chromium, which is installed where there is none. */
export function browserPath(): Promise<string> {
  const logs = `${repositoryRoot()}/.local/logs`;
  mkdirSync(logs, { recursive: true });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  return obtainBrowser({
    given: BROWSER_PATH,
    env: ENVIRONMENT,
    logFile: `${logs}/browser.log`,
    report: { info: say, warn: say },
  });
}

export const launchBrowser = async (): Promise<Browser> =>
  chromium.launch({ executablePath: await browserPath(), args: FLAGS });
