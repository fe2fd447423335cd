import { run } from './main.js';

process.exitCode = await run('token', process.argv.slice(2));
