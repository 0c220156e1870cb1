import { describe, expect, test } from 'vitest';
import { seriousFindings } from '../support/accessibility.ts';
import { button, PRIMARY, SECONDARY, seeText, writeItem } from '../support/console-parts.ts';
import { expectNotYetThere } from '../support/expected-faults.ts';
import type { Stage } from '../support/stage.ts';

/** The page asks more rarely the longer nobody answers, every ten seconds at last. */
const RECONNECT_LIMIT_MS = 30_000;

/** A twin ends and starts in between; an idle machine needs a tenth. */
const TEST_LIMIT_MS = 120_000;

/** The twin ends under the page, and comes back. Last of the file, as it takes the twin from every other test. */
export function describeDisconnection(stage: Stage): void {
  describe('the console whose twin ends', () => {
    test('says so, and goes on without a reload when the twin is back', {
      timeout: TEST_LIMIT_MS,
    }, async () => {
      const { page, faults, picture } = await stage.openConsole();
      await button(page, `Kill ${PRIMARY}`).waitFor();
      faults.expectAt(stage.twin.ready.control);
      for (const { api } of stage.twin.ready.regions) faults.expectAt(api);
      await page.evaluate('window.isSameLoad = true');

      const startAgain = await stage.endTwin();
      try {
        await page.getByText('The twin does not answer.').waitFor();
        await page.getByText('twin, disconnected').waitFor();
        expect(await seriousFindings(page)).toEqual([]);
        await picture('disconnected', 'window');
      } finally {
        await startAgain();
      }
      await page.getByText('twin, disconnected').waitFor({ state: 'hidden', timeout: RECONNECT_LIMIT_MS });
      await page.getByText('The twin does not answer.').waitFor({ state: 'hidden' });
      expectNotYetThere(stage, faults);
      await writeItem(page, { region: PRIMARY, data: { note: 'after the return' } });
      await seeText(page.getByTestId(`arrival-${SECONDARY}`), /visible [\d,]+ ms/);
      expect(await page.evaluate('window.isSameLoad')).toBe(true);
    });
  });
}
