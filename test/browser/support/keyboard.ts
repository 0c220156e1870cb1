import type { Locator, Page } from 'playwright-core';

/** What has the focus, as a person sees and hears it. */
export interface FocusedElement {
  /** Tag, role and name in a line, such as `BUTTON "Kill"`. */
  readonly label: string;
  /** Whether an outline or a shadow shows where the focus is. */
  readonly isVisible: boolean;
  /** Whether it stands in the document before the one that had the focus last. */
  readonly isBehind: boolean;
  /** Its number among the elements that were focused since {@link forgetFocus}. */
  readonly number: number;
}

/**
 * Describes the focused element; undefined where nothing of the page has the focus. Runs in the page: elements are told
 * apart by a list that is kept there.
 */
const DESCRIBE_FOCUS = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body || element === document.documentElement) return undefined;
  const seen = (window.focusedElements ??= []);
  const last = seen.at(-1);
  if (!seen.includes(element)) seen.push(element);
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent ?? '';
  const position = last === undefined ? 0 : last.compareDocumentPosition(element);
  return {
    label: element.tagName + ' "' + name.trim().replace(/\\s+/g, ' ').slice(0, 60) + '"',
    isVisible: (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none',
    isBehind: (position & Node.DOCUMENT_POSITION_PRECEDING) !== 0,
    number: seen.indexOf(element),
  };
})()`;

/** Presses Tab until `isDone`, the end of the page, or `presses` times; tells what had the focus after each. */
export async function tabThrough(
  page: Page,
  { presses = 200, isDone = async () => false }: { presses?: number; isDone?: () => Promise<boolean> } = {},
): Promise<readonly FocusedElement[]> {
  const path: FocusedElement[] = [];
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<FocusedElement | undefined>(DESCRIBE_FOCUS);
    if (focused === undefined || focused.number < path.length) return path;
    path.push(focused);
    if (await isDone()) return path;
  }
  return path;
}

/** Comes to an element with Tab alone, from wherever the focus is. */
export async function tabTo(page: Page, target: Locator, { presses = 200 } = {}): Promise<void> {
  for (let press = 0; press < presses; press += 1) {
    if (await isFocused(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab did not come to ${target} within ${presses} presses`);
}

function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === element.ownerDocument.activeElement);
}
