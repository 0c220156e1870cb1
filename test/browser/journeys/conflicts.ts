import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { setLinks } from '../../twin/support/call-api.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { ACTION_LIMIT_MS } from '../support/console-page.ts';
import { button, PRIMARY, panel, SECONDARY, seeText } from '../support/console-parts.ts';
import type { Stage } from '../support/stage.ts';

/** Two regions accept a write of one item, one of them loses, and the user brings it back. */
export function describeConflicts(stage: Stage): void {
  describe('a conflict', () => {
    test('is shown with loser and winner side by side, and the lost write is restored and off the list', async () => {
      const { page, picture } = await stage.openConsole();
      const { conflicts, card, texts } = await loseWrite(stage, page);
      const loser = (await card.getByTestId('conflict-loser').textContent()) ?? '';
      const [lost, won] = loser.startsWith(`Lost ${PRIMARY}`) ? [PRIMARY, SECONDARY] : [SECONDARY, PRIMARY];
      expect(loser).toMatch(new RegExp(`^Lost ${lost}.*"${texts[lost]}"`, 's'));
      await seeText(card.getByTestId('conflict-winner'), new RegExp(`^Won ${won}.*"${texts[won]}"`));
      expect(await seriousFindings(page)).toEqual([]);
      await picture('conflict');

      await button(card, 'Restore the lost write').click();
      await expect
        .poll(
          () =>
            conflicts
              .getByRole('article')
              .filter({ hasText: texts[lost] ?? '' })
              .count(),
          { timeout: ACTION_LIMIT_MS },
        )
        .toBe(0);
      await picture('conflict-restored');
    });

    test('is off the list once somebody has seen to it', async () => {
      const { page, picture } = await stage.openConsole();
      const { card, conflicts } = await loseWrite(stage, page);
      await button(card, 'Acknowledge').click();
      await expect.poll(() => card.count(), { timeout: ACTION_LIMIT_MS }).toBe(0);
      await expect.poll(() => conflicts.getByRole('alert').count()).toBe(0);
      await picture('conflict-acknowledged');
    });
  });
}

/** Has both regions write one item in a cut, and waits for the card of the one that lost. */
async function loseWrite(stage: Stage, page: Page) {
  const conflicts = panel(page, 'Conflicts');
  // A machine that is slow enough would let one write arrive before the other is made, and nothing were lost.
  await setLinks(stage.twin, [PRIMARY, SECONDARY], 'cut');
  const texts = { [PRIMARY]: `here ${Date.now()}`, [SECONDARY]: `there ${Date.now()}` };
  for (const [region, text] of Object.entries(texts))
    await conflicts.getByLabel(`Written in ${region}`).fill(text);
  await button(conflicts, 'Write the same item in both regions at once').click();
  await seeText(conflicts.getByTestId('conflict-outcomes'), /acknowledged after.*acknowledged after/);
  await setLinks(stage.twin, [PRIMARY, SECONDARY], 'heal');

  const card = conflicts.getByRole('article').filter({ hasText: texts[PRIMARY] ?? '' });
  await seeText(card, 'lost, kept in the log');
  return { conflicts, card, texts };
}
