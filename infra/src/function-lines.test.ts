import { RuleTester } from 'eslint';
import { describe, it } from 'vitest';
import { functionLines } from '../lint/function-lines.js';

const lines = (count: number): string => Array.from({ length: count }, (_, i) => `  call(${i});`).join('\n');
const options = [{ max: 5 }];

RuleTester.describe = describe;
RuleTester.it = it;
new RuleTester().run('the limit of lines in a function', functionLines, {
  valid: [
    { name: 'is not reached', code: `function f() {\n${lines(3)}\n}`, options },
    { name: 'counts no comments and no blank lines', code: `function f() {\n\n// why\n${lines(3)}\n}`, options },
    {
      name: 'measures a nested function by itself',
      code: `function create() {\n  return { a() {\n${lines(3)}\n  } };\n}`,
      options,
    },
    { name: 'does not concern a list of tests', code: `describe.each([1])('x', () => {\n${lines(9)}\n});`, options },
  ],
  invalid: [
    { name: 'is passed', code: `function f() {\n${lines(4)}\n}`, options, errors: [{ messageId: 'tooLong' }] },
    {
      name: 'is passed by a nested function',
      code: `function create() {\n  return () => {\n${lines(4)}\n  };\n}`,
      options,
      errors: [{ messageId: 'tooLong' }],
    },
  ],
});
