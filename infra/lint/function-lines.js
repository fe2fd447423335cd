/**
 * An ESLint rule: a function has at most `max` lines of code of its own. Blank lines and comments do not count, nor do
 * the functions inside of it, which are measured by themselves: `createX(deps)` returns functions that share `deps`.
 * The callbacks of `describe` are lists of tests and have no limit.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const functionLines = {
  meta: {
    type: 'suggestion',
    schema: [{ type: 'object', properties: { max: { type: 'integer', minimum: 1 } }, additionalProperties: false }],
    messages: { tooLong: 'This function has {{lines}} lines of its own; at most {{max}} are allowed.' },
  },
  create(context) {
    const max = context.options[0]?.max ?? 70;
    const code = codeLines(context.sourceCode);
    /** Lines of functions that end inside of the function that is being visited, innermost last. */
    const open = [];
    return {
      ':function': () => void open.push(0),
      ':function:exit'(node) {
        const nested = open.pop() ?? 0;
        const { start, end } = node.loc;
        const all = code.filter((line) => line >= start.line && line <= end.line).length;
        // The first and the last line of a nested function belong to the outer one as well.
        if (open.length > 0) open[open.length - 1] += Math.max(all - 2, 0);
        const lines = all - nested;
        if (lines > max && !isDescribe(node.parent)) {
          context.report({ node, messageId: 'tooLong', data: { lines: String(lines), max: String(max) } });
        }
      },
    };
  },
};

/** Numbers of the lines with code on them. */
function codeLines(sourceCode) {
  const lines = new Set();
  for (const { loc } of sourceCode.ast.tokens) {
    for (let line = loc.start.line; line <= loc.end.line; line++) lines.add(line);
  }
  return [...lines];
}

function isDescribe(call) {
  if (call?.type !== 'CallExpression') return false;
  let { callee } = call;
  while (callee.type === 'MemberExpression' || callee.type === 'CallExpression') {
    callee = callee.type === 'MemberExpression' ? callee.object : callee.callee;
  }
  return callee.type === 'Identifier' && callee.name === 'describe';
}
