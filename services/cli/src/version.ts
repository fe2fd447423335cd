import { createRequire } from 'node:module';

const about = createRequire(import.meta.url)('../package.json') as { readonly version: string };

/** The version of the command line, which is that of Box Office. */
export const VERSION: string = about.version;
