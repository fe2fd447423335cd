import { readFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';
import { describe, expect, it } from 'vitest';

describe('schema.ts', () => {
  it('is what docs/openapi.json describes (vitest -u writes it)', async () => {
    const text = await readFile(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
    const types = await openapiTS(text, { alphabetize: true, defaultNonNullable: false });
    const header = '// Generated from docs/openapi.json by schema.test.ts. Do not edit it.\n\n';
    await expect(header + astToString(types)).toMatchFileSnapshot('./schema.ts');
  });
});
