import { describe, expect, test } from 'vitest';
import { button, PRIMARY, regionCard, regionFact, SECONDARY, seeText } from '../support/console-parts.ts';
import { expectNotYetThere, expectUnhealthy } from '../support/expected-faults.ts';
import { tabThrough, tabTo } from '../support/keyboard.ts';
import type { Stage } from '../support/stage.ts';

/** Everything that a pointer can do, without one. */
export function describeKeyboard(stage: Stage): void {
  describe('the keyboard alone', () => {
    test('comes to everything in the order of the page, always seen, and out again', async () => {
      const { page } = await stage.openConsole();
      await button(regionCard(page, PRIMARY), `Evacuate ${PRIMARY}…`).waitFor();
      const path = await tabThrough(page);
      const labels = path.map(({ label }) => label);
      expect(labels.length).toBeGreaterThan(10);
      expect(path.filter(({ isVisible }) => !isVisible)).toEqual([]);
      expect(path.filter(({ isBehind }) => isBehind)).toEqual([]);
      const focusable = page.locator(
        ':is(a[href], button, input, select, textarea, summary, [tabindex="0"]):not([disabled]):visible',
      );
      expect(labels).toHaveLength(await focusable.count());
    });

    test('writes an item, cuts and heals a link, and evacuates a region', async () => {
      const { page, faults, picture } = await stage.openConsole();
      expectNotYetThere(stage, faults);
      expectUnhealthy(stage, faults, PRIMARY);
      const { keyboard } = page;

      const link = `${PRIMARY} to ${SECONDARY}`;
      await tabTo(page, button(page, `Cut ${link}`));
      await keyboard.press('Enter');
      await tabTo(page, button(page, `Heal ${link}`));
      await keyboard.press('Space');
      await button(page, `Cut ${link}`).waitFor();

      await tabTo(page, page.getByLabel('Data, as JSON'));
      await keyboard.press('ControlOrMeta+A');
      await keyboard.type('{"by":"keyboard"}');
      await tabTo(page, button(page, 'Write the item'));
      await keyboard.press('Enter');
      await seeText(page.getByTestId('arrival'), 'and visible in every region');

      await tabTo(page, button(regionCard(page, PRIMARY), `Evacuate ${PRIMARY}…`));
      await keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: `Evacuate ${PRIMARY}` });
      await tabTo(page, dialog.getByLabel('Reason'));
      await keyboard.type('by keyboard');
      await picture('evacuation-form', 'window');
      await keyboard.press('Enter');
      await dialog.waitFor({ state: 'hidden' });
      await seeText(regionFact(page, { region: PRIMARY, label: 'Service' }), /^evacuated/);
      await tabTo(page, button(regionCard(page, PRIMARY), `Restore ${PRIMARY}…`), { presses: 1 });
    });
  });
}
