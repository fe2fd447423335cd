import { readFile } from 'node:fs/promises';
import { WORKFLOW_BUNDLE } from './bundle-path.js';
import { UNSET_HANDBOOK } from '../operator/handbook.js';

/** The prebuilt workflow code, with the address of the handbook in it: workflow code cannot read a configuration. */
export async function readBundle(handbookUrl: string | undefined): Promise<string> {
  const code = await readFile(WORKFLOW_BUNDLE, 'utf8');
  if (handbookUrl === undefined) return code;
  if (!code.includes(UNSET_HANDBOOK)) throw new Error('the workflow bundle has no place for HANDBOOK_URL');
  return code.replaceAll(UNSET_HANDBOOK, new URL(handbookUrl).href.replaceAll("'", '%27'));
}
