import { run } from './main.js';

process.exitCode = await run('demo', process.argv.slice(2));
