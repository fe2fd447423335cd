import { StepFailure } from './long-step.mjs';

/** As the packages need it (`engines` in package.json). */
const OLDEST = { 20: 19, 22: 12 };

/** @param {string} version as in `process.versions.node` */
export function requireNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || minor >= OLDEST[major]) return;
  throw new StepFailure(`Box Office needs Node 20.19, 22.12 or later, and this is ${version}: https://nodejs.org`);
}
