import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say, seconds, StepFailure } from './long-step.mjs';
import { LOCK } from './paths.mjs';

const WAIT_TIMEOUT_MS = 15 * 60_000;
const POLL_MS = 200;

/**
 * Runs `work` while no other command of this clone installs or builds. A lock whose process is gone counts for
 * nothing, also if another process has its pid now.
 *
 * @template T
 * @param {() => Promise<T>} work
 */
export async function alone(work, lock = LOCK) {
  mkdirSync(dirname(lock), { recursive: true });
  const startedAt = Date.now();
  for (let told = false; !take(lock); told = true) {
    if (!told) say(`waiting for process ${holder(lock).pid}, which installs or builds here`);
    if (Date.now() - startedAt > WAIT_TIMEOUT_MS) {
      const { pid } = holder(lock);
      throw new StepFailure(`process ${pid} still builds after ${seconds(startedAt)} s; its lock is ${lock}`);
    }
    await sleep(POLL_MS);
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @param {string} lock */
function take(lock) {
  try {
    writeFileSync(lock, `${process.pid} ${startOf(process.pid)}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isGone(holder(lock))) rmSync(lock, { force: true });
  return false;
}

/** @param {string} lock */
function holder(lock) {
  try {
    const [pid, start = ''] = readFileSync(lock, 'utf8').split(' ');
    return { pid: Number(pid), start };
  } catch {
    return { pid: 0, start: '' };
  }
}

/** The clock tick at which a process started, on Linux; empty elsewhere, and if there is no such process. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the command may hold any character and ends with the last parenthesis.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isGone({ pid, start }) {
  if (pid === 0) return false;
  if (start !== '' && startOf(pid) !== start) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
