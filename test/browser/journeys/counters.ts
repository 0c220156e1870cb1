import { describe, test } from 'vitest';
import { button, PRIMARY, panel, SECONDARY, seeText } from '../support/console-parts.ts';
import type { Stage } from '../support/stage.ts';

/** Increments in every region at once, with and without the other one hearing of them. */
export function describeCounters(stage: Stage): void {
  describe('a counter', () => {
    test('that is raced over a cut link comes to the exact sum everywhere once it heals', async () => {
      const { page, picture } = await stage.openConsole();
      const counters = panel(page, 'Counters');
      const link = `${PRIMARY} to ${SECONDARY}`;
      await seeText(counters.getByTestId('counter-agreement'), 'all regions agree, exactly');
      await button(page, `Cut ${link}`).click();
      await button(page, `Heal ${link}`).waitFor();

      await counters.getByLabel('Increments in each region').selectOption('10');
      await button(counters, 'Race the regions').click();
      await seeText(counters.getByTestId('counter-acknowledged'), /^20$/, { limitMs: 20_000 });
      await seeText(counters.getByTestId(`counter-value-${PRIMARY}`), /^20$/);
      await seeText(counters.getByTestId(`counter-region-${SECONDARY}`), '10has not heard of 10 yet');
      await seeText(counters.getByTestId('counter-agreement'), 'on the way');
      await picture('counters-apart');

      await button(page, `Heal ${link}`).click();
      await seeText(counters.getByTestId('counter-agreement'), 'all regions agree, exactly');
      await seeText(counters.getByTestId(`counter-value-${SECONDARY}`), /^20$/);
    });
  });
}
