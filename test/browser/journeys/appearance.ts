import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { seriousFindings } from '../support/accessibility.ts';
import { button, PRIMARY, panel, seeText, writeItem } from '../support/console-parts.ts';
import { expectNotYetThere } from '../support/expected-faults.ts';
import type { Stage } from '../support/stage.ts';
import { startStream } from '../support/traffic-stream.ts';

const PHONE_WIDTHS = [360, 375] as const;
const PHONE_HEIGHT = 740;

/** What the page looks like to whoever has set something about how they look at pages. */
export function describeAppearance(stage: Stage): void {
  describe('the page', () => {
    test('has no serious finding of axe-core in light, with everything shown', async () => {
      const { page, faults, picture } = await stage.openConsole();
      expectNotYetThere(stage, faults);
      await fill(page);
      await picture('light');
      expect(await seriousFindings(page)).toEqual([]);
    });

    test('is dark where the system is, and the other way round once it is toggled', async () => {
      const { page, faults, picture } = await stage.openConsole({ colorScheme: 'dark' });
      expectNotYetThere(stage, faults);
      await fill(page);
      const darkLuma = await backgroundLuma(page);
      expect(darkLuma).toBeLessThan(0.2);
      await picture('dark');
      expect(await seriousFindings(page)).toEqual([]);

      await button(page, 'Change to the light theme').click();
      await expect.poll(() => backgroundLuma(page)).toBeGreaterThan(0.8);
      await page.reload();
      await button(page, `Kill ${PRIMARY}`).waitFor();
      expect(await backgroundLuma(page)).toBeGreaterThan(0.8);
    });

    test('fits phones', async () => {
      const [first, ...others] = PHONE_WIDTHS;
      const { page, faults, picture } = await stage.openConsole({ width: first, height: PHONE_HEIGHT });
      expectNotYetThere(stage, faults);
      await fill(page);
      await picture(`phone-${first}`);
      expect(await overflowing(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      for (const width of others) {
        await page.setViewportSize({ width, height: PHONE_HEIGHT });
        await picture(`phone-${width}`);
        expect(await overflowing(page)).toEqual([]);
      }
    });

    test('holds still for whoever asked for reduced motion', async () => {
      const moving = await stage.openConsole();
      await button(moving.page, `Kill ${PRIMARY}`).waitFor();
      expect(await endlessAnimations(moving.page)).toBeGreaterThan(0);
      const still = await stage.openConsole({ reducedMotion: 'reduce' });
      await button(still.page, `Kill ${PRIMARY}`).waitFor();
      expect(await endlessAnimations(still.page)).toBe(0);
    });
  });
}

/** Brings something into every part of the page. */
async function fill(page: Page): Promise<void> {
  await writeItem(page, {
    region: PRIMARY,
    data: { note: 'a longer text, so that it is seen whether it wraps' },
  });
  await startStream(page);
  const entities = panel(page, 'Entities');
  await entities.getByLabel('Entity').selectOption('orders');
  const order = { customerId: 'ada', status: 'open', total: 3, note: 'a longer text as well'.repeat(9) };
  await entities.getByLabel('Fields, as JSON').fill(JSON.stringify(order));
  await button(entities, 'Create the order').click();
  await seeText(entities.getByTestId('entity-editor'), 'written');
  await entities.getByLabel('customerId').fill('ada');
  await button(entities, 'Show the items').click();
  await entities.getByTestId('entity-row').first().waitFor();
  for (const summary of await page.locator('summary').all()) await summary.click();
}

/** Elements that reach beyond the right edge and make the page scroll sideways; empty where it does not. */
function overflowing(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(`(() => {
    if (document.scrollingElement.scrollWidth <= innerWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => element.tagName + '.' + element.className);
  })()`);
}

/** Brightness of the page's ground, 0 black to 1 white. */
async function backgroundLuma(page: Page): Promise<number> {
  const channels = await page.evaluate<number[]>(`(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d');
    canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  })()`);
  const [red = 0, green = 0, blue = 0] = channels;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

function endlessAnimations(page: Page): Promise<number> {
  return page.evaluate<number>(
    "document.getAnimations().filter(({ effect, playState }) => playState === 'running' && effect.getComputedTiming().iterations === Infinity).length",
  );
}
