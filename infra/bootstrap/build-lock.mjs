import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say, seconds, StepFailure } from './long-step.mjs';
import { LOCK } from './paths.mjs';

const WAIT_TIMEOUT_MS = 15 * 60_000;
const POLL_MS = 200;

/**
 * Runs `work` while no other command of this clone installs or builds. A lock whose process is gone counts for
 * nothing.
 *
 * @template T
 * @param {() => Promise<T>} work
 */
export async function alone(work) {
  mkdirSync(dirname(LOCK), { recursive: true });
  const startedAt = Date.now();
  for (let told = false; !take(); told = true) {
    if (!told) say(`waiting for process ${holder()}, which installs or builds here`);
    if (Date.now() - startedAt > WAIT_TIMEOUT_MS) {
      throw new StepFailure(`process ${holder()} still builds after ${seconds(startedAt)} s; its lock is ${LOCK}`);
    }
    await sleep(POLL_MS);
  }
  const release = () => rmSync(LOCK, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isGone(holder())) rmSync(LOCK, { force: true });
  return false;
}

function holder() {
  try {
    return Number(readFileSync(LOCK, 'utf8'));
  } catch {
    return 0;
  }
}

/** @param {number} pid */
function isGone(pid) {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
