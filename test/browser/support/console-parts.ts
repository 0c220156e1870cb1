import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { ACTION_LIMIT_MS } from './console-page.ts';

/** The regions of the definition, the primary first. */
export const [PRIMARY, SECONDARY] = ['eu-west-1', 'eu-central-1'] as const;

/** A section of the page by its heading. */
export function panel(page: Page, name: string | RegExp): Locator {
  return page.getByRole('region', { name });
}

/** The card of a region in the picture of all of them. */
export function regionCard(page: Page, region: string): Locator {
  return page.getByRole('article', { name: region, exact: true });
}

/** One line of a region's card, by its label. */
export function regionFact(page: Page, { region, label }: { region: string; label: string }): Locator {
  return regionCard(page, region)
    .locator('dl.facts > div')
    .filter({ has: page.locator('dt', { hasText: label }) })
    .locator('dd');
}

/** One direction of replication. */
export function replicationLink(page: Page, { from, to }: { from: string; to: string }): Locator {
  return page.locator(`[data-link="${from}>${to}"]`);
}

/** What DNS answers for the global name, in a sentence. */
export function dnsSentence(page: Page): Locator {
  return panel(page, 'Regions').locator('.route-answer');
}

/** A button by what it is called, on the whole page or in a part of it. */
export function button(within: Page | Locator, name: string): Locator {
  return within.getByRole('button', { name, exact: true });
}

/** Waits until an element's text is like this. */
export function seeText(
  element: Locator,
  pattern: string | RegExp,
  { limitMs = ACTION_LIMIT_MS }: { limitMs?: number } = {},
): Promise<void> {
  const text = async () => ((await element.textContent({ timeout: limitMs })) ?? '').replace(/\s+/g, ' ');
  const seen = expect.poll(text, {
    timeout: limitMs,
    interval: 50,
    message: `the text of ${element}`,
  });
  return typeof pattern === 'string' ? seen.toContain(pattern) : seen.toMatch(pattern);
}

/** Writes an item as a user does and waits until its row in the region that was named says so. */
export async function writeItem(
  page: Page,
  { region, data }: { region: string; data: object },
): Promise<void> {
  const form = page.getByRole('form', { name: 'Write an item' });
  await form.getByLabel('Write in').selectOption(region);
  await form.getByLabel('Data, as JSON').fill(JSON.stringify(data));
  await button(form, 'Write the item').click();
  await seeText(page.getByTestId('arrival'), `Acknowledged by ${region}`);
}
