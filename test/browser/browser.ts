import { mkdirSync } from 'node:fs';
import { obtainBrowser, repositoryRoot } from '@box-office/infra';
import { chromium, type Browser } from 'playwright-core';
import { BROWSER_PATH, ENVIRONMENT } from './config.js';

/** Chromium refuses its sandbox to root, and would call its maker's servers. */
const FLAGS = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Starts the machine's Chromium, which is installed where there is none. */
export async function launchBrowser(): Promise<Browser> {
  const logs = `${repositoryRoot()}/.local/logs`;
  mkdirSync(logs, { recursive: true });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const executablePath = await obtainBrowser({
    ...{ given: BROWSER_PATH, env: ENVIRONMENT, logFile: `${logs}/browser.log` },
    report: { info: say, warn: say },
  });
  return chromium.launch({ executablePath, args: FLAGS });
}
