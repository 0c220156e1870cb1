import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, Result } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** How much of an element is shown in a report. */
const HTML_CHARACTERS_MAX = 160;

/**
 * What axe-core finds on the page as it is now, of impact serious or critical, for a person to read: one entry per rule,
 * with the elements that break it. https://github.com/dequelabs/axe-core/blob/develop/doc/API.md
 */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger, which the page's content security policy does not bind.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const results = await page.evaluate<AxeResults>(
    "axe.run(document, { resultTypes: ['violations'], elementRef: false })",
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(describeFinding);
}

function describeFinding({ id, impact, help, nodes }: Result): string {
  const elements = nodes.map(
    ({ target, html, failureSummary = '' }) =>
      `  ${target.join(' ')}\n    ${html.slice(0, HTML_CHARACTERS_MAX)}\n    ${failureSummary.replaceAll('\n', '\n    ')}`,
  );
  return [`${impact} ${id}: ${help}`, ...elements].join('\n');
}
