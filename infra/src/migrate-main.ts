import { run } from './main.js';

// The entry of a deployment's migration job, where everything is installed and built already.
process.exitCode = await run('migrate', process.argv.slice(2));
