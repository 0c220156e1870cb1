import { describe, test } from 'vitest';
import { button, PRIMARY, replicationLink, SECONDARY, seeText, writeItem } from '../support/console-parts.ts';
import { expectNotYetThere } from '../support/expected-faults.ts';
import type { Stage } from '../support/stage.ts';

/** An item on its way from the region in which it was written to the other. */
export function describeWriteAndArrive(stage: Stage): void {
  describe('an item', () => {
    test('that is written in one region is seen to arrive in the other', async () => {
      const { page, faults, picture } = await stage.openConsole();
      expectNotYetThere(stage, faults);
      await writeItem(page, { region: SECONDARY, data: { note: 'from the secondary' } });
      await seeText(page.getByTestId(`arrival-${PRIMARY}`), /visible [\d,]+ ms after the acknowledgement/);
      await seeText(page.getByTestId(`arrival-${SECONDARY}`), 'written here');
      await seeText(page.getByTestId('arrival'), 'and visible in every region');
      const row = page.getByTestId('item-row').filter({ hasText: 'from the secondary' }).first();
      await seeText(row, /here.*here/);
      await picture('item-arrived');
    });

    test('waits while its link is cut, and arrives once that is healed', async () => {
      const { page, faults, picture } = await stage.openConsole();
      expectNotYetThere(stage, faults);
      const link = `${PRIMARY} to ${SECONDARY}`;
      await button(page, `Cut ${link}`).click();
      await button(page, `Heal ${link}`).waitFor();
      await writeItem(page, { region: PRIMARY, data: { note: 'behind a cut link' } });
      const there = page.getByTestId(`arrival-${SECONDARY}`);
      await seeText(there, 'not yet');
      const row = page.getByTestId('item-row').filter({ hasText: 'behind a cut link' }).first();
      await seeText(row, 'not here');
      await seeText(replicationLink(page, { from: PRIMARY, to: SECONDARY }), /backlog[1-9]\d*cut/);
      await picture('link-cut');
      await button(page, `Heal ${link}`).click();
      await seeText(there, /visible [\d,]+ ms after the acknowledgement/);
      await seeText(row, /here.*here/);
      await button(page, `Cut ${link}`).waitFor();
      await seeText(replicationLink(page, { from: PRIMARY, to: SECONDARY }), /backlog0replicating/);
    });
  });
}
