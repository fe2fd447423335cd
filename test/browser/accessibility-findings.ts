import axe from 'axe-core';
import type { Page } from 'playwright-core';

export interface Finding {
  readonly page: string;
  readonly rule: string;
  readonly elements: readonly string[];
}

/** What axe finds on a page, and words that come twice. */
export async function findingsOn(page: Page, name: string): Promise<Finding[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
    const result = await inPage.run({ resultTypes: ['violations'] });
    return result.violations.map(({ id, nodes }) => ({ rule: id, elements: nodes.map(({ html }) => html) }));
  });
  // Texts are put together from parts, and a part that comes twice is easily missed.
  const text = await page.locator('body').innerText();
  const doubled = text.match(/(?<!\p{L})(\p{L}{2,}) \1(?!\p{L})/gu);
  const findings = doubled === null ? violations : [...violations, { rule: 'doubled word', elements: doubled }];
  return findings.map((one) => ({ page: name, ...one }));
}
