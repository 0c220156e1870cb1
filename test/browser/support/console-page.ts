import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type PageFaults, settlePageFaults, watchPageFaults } from './page-faults.ts';

/** How a user looks at the page. */
export interface Viewing {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

/** The console in a browser context of its own: no storage, no cache of others. */
export interface ConsolePage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly faults: PageFaults;
  /** Keeps a picture as `<name>.png` in the folder of artefacts: of the whole page, or of its window. */
  picture(name: string, part?: 'page' | 'window'): Promise<void>;
}

const ARTIFACTS = process.env.ARTIFACTS ?? join(import.meta.dirname, '../../../artifacts');

/** How long whatever a user does, or waits to see, may take unless a test says otherwise. */
export const ACTION_LIMIT_MS = 30_000;

/** Opens a page and watches it; nothing is loaded yet. Closing the context ends it. */
export async function openPage(
  browser: Browser,
  { width = 1_280, height = 900, colorScheme = 'light', reducedMotion = 'no-preference' }: Viewing = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion,
  });
  context.setDefaultTimeout(ACTION_LIMIT_MS);
  const faults = await watchPageFaults(context);
  const page = await context.newPage();
  return {
    page,
    context,
    faults,
    async picture(name, part = 'page') {
      await mkdir(ARTIFACTS, { recursive: true });
      // What sticks to the top of the window would else be drawn over the middle of the page.
      if (part === 'page') await page.evaluate('scrollTo(0, 0)');
      await page.screenshot({
        path: join(ARTIFACTS, `${name}.png`),
        fullPage: part === 'page',
        animations: 'disabled',
      });
    },
  };
}

/** Closes the page and gives what went wrong in it, a line each. */
export async function closePage({ page, context, faults }: ConsolePage): Promise<readonly string[]> {
  await settlePageFaults(page);
  const unexpected = faults.unexpected();
  await context.close();
  return unexpected;
}
