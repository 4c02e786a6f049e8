import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a page, or the part that `selector` names, makes hard for people who use assistive technology: rule and element. */
export async function barriers(page: Page, selector = 'html'): Promise<string[]> {
  // Through the driver, since the pages' policy allows no inline script.
  await page.evaluate(axe);
  const found: unknown = await page.evaluate(
    `axe.run(${JSON.stringify(selector)}, { iframes: false }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
  );
  return found as string[];
}
