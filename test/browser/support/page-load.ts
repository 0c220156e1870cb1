import type { Page } from 'playwright-core';
import { eventually } from '../../twin/support/eventually.ts';

/** What a first load of the page took. */
export interface PageLoad {
  /** From the navigation to the moment in which a heading stood there and a button had reacted. */
  readonly interactiveMs: number;
  /** Every file of the page's own origin, as they came over the wire, until then. */
  readonly transferredBytes: number;
}

/** Where the page keeps the moment. */
const INTERACTIVE_AT = 'interactiveAtMs';

/**
 * Runs in the page before its own scripts: looks at every frame whether there is a heading and a button to toggle, presses
 * the button until the page reacts, and notes when that was. Pressed before its script is there, a button does nothing.
 */
function watchScript(selector: string): string {
  return `(() => {
    const look = () => {
      const heading = [...document.querySelectorAll('h1, h2')].find((one) => one.textContent.trim() !== '' && one.getClientRects().length > 0);
      const button = document.querySelector(${JSON.stringify(selector)});
      if (heading !== undefined && button !== null) {
        const before = document.documentElement.outerHTML.length + button.outerHTML + document.documentElement.dataset.theme;
        button.click();
        const react = () => {
          const after = document.documentElement.outerHTML.length + button.outerHTML + document.documentElement.dataset.theme;
          if (after === before) return requestAnimationFrame(look);
          window.${INTERACTIVE_AT} = performance.now();
        };
        return requestAnimationFrame(react);
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })()`;
}

/** Loads `url` into a page that has loaded nothing yet, and waits until it can be used. */
export async function measurePageLoad(
  page: Page,
  { url, selector, limitMs }: { url: string; selector: string; limitMs: number },
): Promise<PageLoad> {
  const sizes: Promise<number>[] = [];
  const origin = new URL(url).origin;
  page.on('requestfinished', (request) => {
    const { origin: from, pathname } = new URL(request.url());
    if (from !== origin || pathname.startsWith('/_twin/')) return;
    sizes.push(
      request
        .sizes()
        .then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
    );
  });
  await page.addInitScript(watchScript(selector));
  await page.goto(url);
  let interactiveMs: number | undefined;
  // Not `waitForFunction`, which evaluates text in the page: the page's content security policy forbids that.
  await eventually(
    async () => {
      interactiveMs = await page.evaluate<number | undefined>(`window.${INTERACTIVE_AT}`);
      return interactiveMs !== undefined;
    },
    { limitMs, what: () => 'a heading, and a button that reacts' },
  );
  await page.waitForLoadState('load');
  const transferred = await Promise.all(sizes);
  return {
    interactiveMs: interactiveMs ?? Number.NaN,
    transferredBytes: transferred.reduce((sum, size) => sum + size, 0),
  };
}
