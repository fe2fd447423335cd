import { StepFailure } from './long-step.mjs';

const OLDEST = [20, 11];

/** @param {string} version as in `process.versions.node` */
export function requireNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new StepFailure(
    `Box Office needs Node ${OLDEST.join('.')} or later, and this is ${version}: https://nodejs.org`,
  );
}
