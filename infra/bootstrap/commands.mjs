import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { alone } from './build-lock.mjs';
import { build, compile } from './build.mjs';
import { installPackages } from './install.mjs';
import { StepFailure } from './long-step.mjs';
import { inRoot } from './paths.mjs';
import { verifyStatic } from './verify-static.mjs';

/** Commands of the launcher itself, by name; they need all that runs to be built. */
const LAUNCHER = ['start', 'reset', 'migrate', 'test'];

/** Programs of their own, each with what must be compiled for it, and whether it starts the services itself. */
const PROGRAMS = {
  faults: { project: 'test', startsServices: true, entry: inRoot('test', 'dist', 'faults', 'main.js') },
  guards: { project: 'test', startsServices: true, entry: inRoot('test', 'dist', 'guards', 'main.js') },
  volume: { project: 'test', startsServices: true, entry: inRoot('test', 'dist', 'volume', 'main.js') },
  upgrade: { project: 'test', startsServices: true, entry: inRoot('test', 'dist', 'upgrade', 'main.js') },
  bench: { project: 'test', startsServices: true, entry: inRoot('test', 'dist', 'bench', 'main.js') },
  screenshots: { project: 'test', startsServices: true, entry: inRoot('test', 'dist', 'browser', 'screenshots.js') },
  cli: { project: 'services/cli', startsServices: false, entry: inRoot('services', 'cli', 'dist', 'main.js') },
};

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function run(command, args) {
  if (LAUNCHER.includes(command)) {
    await alone(async () => {
      await installPackages();
      await build();
    });
    const launcher = await import(pathToFileURL(inRoot('infra', 'dist', 'main.js')).href);
    return launcher.run(command, args);
  }
  if (command === 'verify-static') {
    await alone(installPackages);
    return verifyStatic();
  }
  if (command in PROGRAMS) return runProgram(command, args);
  const known = [...LAUNCHER, 'verify-static', ...Object.keys(PROGRAMS)].join(', ');
  throw new StepFailure(`there is no command "${command}"; there are: ${known}`);
}

/** Runs a program in this very process, with its arguments where it looks for them. */
async function runProgram(command, args) {
  const { project, startsServices, entry } = PROGRAMS[command];
  if (!existsSync(inRoot(project, 'tsconfig.json'))) throw new StepFailure(`${command} is not part of this version`);
  await alone(async () => {
    await installPackages();
    if (startsServices) await build();
    await compile([project]);
  });
  if (!existsSync(entry)) throw new StepFailure(`${command} is not part of this version`);
  process.argv = [process.execPath, entry, ...args];
  try {
    await import(pathToFileURL(entry).href);
  } catch (error) {
    // A wrong option is the user's, who gets one line.
    if (error.name !== 'OptionError' && !String(error.code).startsWith('ERR_PARSE_ARGS')) throw error;
    throw new StepFailure(error.message);
  }
  return process.exitCode ?? 0;
}
