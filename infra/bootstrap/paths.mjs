import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const LOGS = join(ROOT, '.local', 'logs');
export const LOCK = join(ROOT, '.local', 'build.lock');

/** @param {...string} parts */
export const inRoot = (...parts) => join(ROOT, ...parts);
