import { INVALID, statusOf, type Problem } from '@box-office/web';
import { showNotice } from './layout.js';
import { problemWords } from './problem-words.js';
import type { ShopContext } from './view.js';

/** Problems of the address, if no form was sent. */
const NO_SUCH_PAGE: ReadonlySet<string> = new Set([INVALID, 'not-found']);

/** Answers with a page that says why the gateway did not do what was asked, with the status that this has. */
export function showProblem(
  c: ShopContext,
  problem: Problem,
  o: Partial<Parameters<typeof showNotice>[2]> = {},
): Response {
  const v = c.get('view');
  if (c.req.method === 'GET' && NO_SUCH_PAGE.has(problem.kind)) return showNotice(c, 404, { ...v.t.notFound, ...o });
  return showNotice(c, statusOf(problem), { ...problemWords(v, problem), ...o });
}
