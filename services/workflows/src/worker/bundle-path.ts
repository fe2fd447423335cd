import { fileURLToPath } from 'node:url';

/** Where the prebuilt workflow bundle stands, next to the compiled code. */
export const WORKFLOW_BUNDLE = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
